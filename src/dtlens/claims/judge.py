"""From a claim's rule and the numbers to a verdict.

A claim is one or more statements that a number lies between two bounds. The 95% interval decides:
inside the bounds the statement is reproduced, outside contradicted, else inconclusive. A claim
is reproduced if all its statements are, contradicted if one is.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf, isfinite, isnan
from typing import NamedTuple

import numpy as np
import pandas as pd

from dtlens.claims.evidence import Model, Results
from dtlens.stats import mean_interval

REPRODUCED, CONTRADICTED, INCONCLUSIVE = "reproduced", "contradicted", "inconclusive"
STUDY = "index"  # the study's encoding, by which a claim is judged


class Number(NamedTuple):
    """A value and its 95% interval over `n` units."""

    value: float
    low: float
    high: float
    n: int
    unit: str


@dataclass(frozen=True)
class Statement:
    """A number of each model that should lie above one bound and below another.

    `of` gives None for a model of which it cannot be asked; such models do not count.
    """

    measure: str
    of: Callable[[Model], float | None]
    above: float = -inf
    below: float = inf


@dataclass(frozen=True)
class Shared:
    """A number of the whole study rather than of each model."""

    measure: str
    of: Callable[[Results], Number]
    above: float = -inf
    below: float = inf


@dataclass(frozen=True)
class Claim:
    """A row of the report. `study` is what the study says, `figure` shows ours."""

    number: int
    claim: str
    study: str
    figure: str
    statements: list[Statement | Shared] = field(default_factory=list)


def verdict(number: Number, above: float, below: float) -> str:
    """Whether the interval lies between the bounds, outside, or neither."""
    if isnan(number.value):
        return INCONCLUSIVE
    if above < number.low and number.high < below:
        return REPRODUCED
    if number.high < above or number.low > below:
        return CONTRADICTED
    return INCONCLUSIVE


def together(verdicts: "pd.Series[str]") -> str:
    """A claim's verdict from its statements'."""
    for decisive in (CONTRADICTED, INCONCLUSIVE):
        if decisive in set(verdicts):
            return decisive
    return REPRODUCED


def over_seeds(statement: Statement, models: list[Model], generator: np.random.Generator) -> Number:
    """The statement's number: the mean over models that differ in their seed."""
    asked = [statement.of(model) for model in models]
    values = np.array([value for value in asked if value is not None and not isnan(value)])
    if not len(values):
        return Number(np.nan, np.nan, np.nan, 0, "seeds")
    return Number(float(values.mean()), *mean_interval(values, generator), len(values), "seeds")


def judge(claims: list[Claim], results: Results, generator: np.random.Generator) -> pd.DataFrame:
    """A row per claim, statement and encoding ("" for a number of the whole study).

    Columns: claim (its number), measure, encoding, value, low, high, n, unit, above, below,
    verdict.
    """
    rows = []
    for claim in claims:
        for statement in claim.statements:
            if isinstance(statement, Shared):
                numbers = {"": statement.of(results)}
            else:
                numbers = {
                    encoding: over_seeds(statement, models, generator)
                    for encoding, models in results.models.items()
                }
            for encoding, number in numbers.items():
                found = verdict(number, statement.above, statement.below)
                bounds = (statement.above, statement.below)
                rows.append((claim.number, statement.measure, encoding, *number, *bounds, found))
    columns = ["claim", "measure", "encoding", *Number._fields, "above", "below", "verdict"]
    table = pd.DataFrame(rows, columns=columns)
    # A channel that the other encoding has not is no result.
    return table[(table["n"] > 0) | table["encoding"].isin(["", STUDY])].reset_index(drop=True)


def verdicts(judged: pd.DataFrame) -> "pd.Series[str]":
    """Each claim's verdict, by its number: from the study's encoding, or the whole study."""
    counted = judged[judged["encoding"].isin(["", STUDY])]
    return counted.groupby("claim")["verdict"].agg(together)


def rule(above: float, below: float) -> str:
    """The bounds in words."""
    bounds = [f"> {above:g}"] * isfinite(above) + [f"< {below:g}"] * isfinite(below)
    return " and ".join(bounds)


def needed(row: "pd.Series[float]") -> int | None:
    """How many units would put an inconclusive interval on one side of the bounds; None if no
    number would do it. The interval's width shrinks as the root of their number."""
    distances = [abs(row["value"] - row[bound]) for bound in ("above", "below")]
    distance, half = min(distances), (row["high"] - row["low"]) / 2
    if distance == 0 or half == 0 or not isfinite(distance):
        return None
    return int(np.ceil(row["n"] * (half / distance) ** 2)) + 1
