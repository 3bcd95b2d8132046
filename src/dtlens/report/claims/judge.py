"""From numbers to verdicts.

A claim is one or more statements that a number lies between two bounds. A statement holds in a
model if the whole 95% interval does; one that contains a bound does not count. In an arm, a group
of models, it holds in k of n. Ablations are judged by `zero`, play by the likeliest action: what
stands `BESIDE` is counted too, and moves no reading.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf, isfinite
from typing import Any, TypedDict

import numpy as np
import pandas as pd

from dtlens.base.intervals import clopper_pearson
from dtlens.base.statistics import Number
from dtlens.report.claims.evidence import Model, Study

ABLATIONS = ("zero", "mean", "resample")  # what takes a component's place
SAMPLED = "sampled"  # play with actions drawn from the logits; "" is the likeliest
BESIDE = (*ABLATIONS[1:], SAMPLED)
KEYS = ["claim", "measure", "reference", "arm"]


class Rule(TypedDict, total=False):
    above: float
    below: float
    short: str
    made: bool


@dataclass(frozen=True)
class Bounded:
    """What should lie above one bound and below another; without bounds it is described.

    `short` names it in a sentence; `made`: our recipe's data is so by construction.
    """

    measure: str
    of: Any
    above: float = -inf
    below: float = inf
    short: str = ""
    made: bool = False

    @property
    def is_judged(self) -> bool:
        return isfinite(self.above) or isfinite(self.below)


@dataclass(frozen=True)
class Statement(Bounded):
    """A number of a model that should lie above one bound and below another.

    `of` gives it by the reference: of an ablation, or how actions are chosen; None if it cannot
    be asked of the model. It is judged by the first of its `references`.
    """

    of: Callable[[Model, str], Number | None]
    references: tuple[str, ...] = ("",)


@dataclass(frozen=True)
class Shared(Bounded):
    """A number that is no model's: of each run of the agent, or of the study, by the arm's name.

    `of` gives each run's number; that of the arm by itself is under None.
    """

    of: Callable[[Study, str], dict[int | None, Number]]


@dataclass(frozen=True)
class Claim:
    """A row of the report: what is claimed, in short and in the study's `words`; `figure` shows it.

    A `check` is of the set-up, an identity, or a description: not counted among the findings.
    """

    number: int
    short: str
    words: str
    figure: str
    statements: list[Statement | Shared] = field(default_factory=list)
    check: bool = False
    note: str = ""

    @property
    def judged(self) -> list[Statement | Shared]:
        return [statement for statement in self.statements if statement.is_judged]


def judged(measures: pd.DataFrame, claims: list[Claim]) -> pd.DataFrame:
    """The measures with their bounds, and whether each `holds`; without a bound it is no number."""
    bounds = pd.DataFrame(
        [(c.number, s.measure, s.above, s.below) for c in claims for s in c.statements],
        columns=["claim", "measure", "above", "below"],
    )
    return with_verdicts(measures.merge(bounds, on=["claim", "measure"], how="left"))


def with_verdicts(table: pd.DataFrame) -> pd.DataFrame:
    above, low, high, below = (table[name].to_numpy() for name in ("above", "low", "high", "below"))
    with np.errstate(invalid="ignore"):  # no number holds no bound
        inside = (above < low) & (high < below)
    is_judged = np.isfinite(above) | np.isfinite(below)
    return table.assign(holds=np.where(is_judged, inside, np.nan))


def tally(judged: pd.DataFrame) -> pd.DataFrame:
    """A row for each statement, reference and arm.

    Columns: claim, measure, reference, arm, above, below; k, n (units it holds in, and is asked
    of), low, high (Clopper and Pearson's 95% interval of k / n); least, median, greatest (of the
    values), unit.
    """
    rows = []
    for key, group in judged.groupby(KEYS, sort=False):
        first, values = group.iloc[0], group["value"]
        is_judged, n = not np.isnan(first["holds"]), len(group)
        k = int(group["holds"].sum())
        share = clopper_pearson(k, n) if is_judged else (np.nan, np.nan)
        spread = (values.min(), values.median(), values.max())
        bounds = (first["above"], first["below"])
        rows.append((*key, *bounds, k if is_judged else np.nan, n, *share, *spread, first["unit"]))
    columns = ["above", "below", "k", "n", "low", "high", "least", "median", "greatest", "unit"]
    return pd.DataFrame(rows, columns=[*KEYS, *columns])


def decisive(table: pd.DataFrame) -> pd.DataFrame:
    """The rows that readings come from: judged, by the reference that is judged by."""
    bounded = np.isfinite(table["above"]) | np.isfinite(table["below"])
    return table[bounded & ~table["reference"].isin(BESIDE)]
