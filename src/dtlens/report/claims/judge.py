"""From numbers to verdicts.

A claim is one or more statements that a number lies between two bounds. It is asked of arms: groups
of models, or one checkpoint of the study. A statement holds where the 95% interval is inside its
bounds; it does not hold where the number is outside beyond chance, after Holm's correction for all
that the claim states of the arm; else it is undecided. A claim holds if all its statements do, and
does not hold if one does not.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import Any, TypedDict

import numpy as np
import pandas as pd

from dtlens.base.statistics import MODELS, Number, holm, mean_over, p_outside
from dtlens.report.claims.evidence import Model, Study

HOLDS, FAILS, UNDECIDED = "holds", "does not hold", "undecided"
ABLATIONS = ("mean", "zero", "resample")  # what takes a component's place
SAMPLED = "sampled"  # play with actions drawn from the logits; "" is the likeliest
ALPHA = 0.025  # one-sided, as each end of a 95% interval is


class Bounds(TypedDict, total=False):
    above: float
    below: float


@dataclass(frozen=True)
class Bounded:
    """What should lie above one bound and below another; without bounds it is described."""

    measure: str
    of: Any
    above: float = -inf
    below: float = inf

    @property
    def is_judged(self) -> bool:
        return self.above > -inf or self.below < inf


@dataclass(frozen=True)
class Statement(Bounded):
    """A number of a model that should lie above one bound and below another.

    `of` gives it by the reference: of an ablation, or how actions are chosen; None if it cannot
    be asked of the model. With several `references` of ablation it holds if it does with each;
    `SAMPLED` is shown beside and moves no verdict. `data` is the reward-to-go and the front at
    which the training data's P(forward) stands beside it.
    """

    of: Callable[[Model, str], Number | None]
    references: tuple[str, ...] = ("",)
    data: tuple[float, str] | None = None


@dataclass(frozen=True)
class Shared(Bounded):
    """A number that is no model's: of each run of the agent, or of the study, by the arm's name.

    `of` gives each unit's name and number; one that is named "" stands for the arm by itself.
    """

    of: Callable[[Study, str], dict[str, Number]]


@dataclass(frozen=True)
class Claim:
    """A row of the report: `study` is what the study says, in short; `figure` shows ours.

    A `check` is of the set-up, or an identity: listed, not counted among the findings.
    """

    number: int
    claim: str
    study: str
    figure: str
    statements: list[Statement | Shared] = field(default_factory=list)
    check: bool = False


def number_of(rows: pd.DataFrame) -> Number:
    """An arm's number from those of its units (see `measures`).

    Where one of them is no number there is no interval: the others are no fair sample.
    """
    if set(rows["model"]) == {""}:
        (row,) = rows[list(Number._fields)].itertuples(index=False)
        return Number(*row)
    known = rows["value"].dropna()
    number = mean_over(known.to_numpy(float), MODELS)
    return number if len(known) == len(rows) else number._replace(low=np.nan, high=np.nan)


def numbers(measures: pd.DataFrame, claims: list[Claim]) -> pd.DataFrame:
    """Every arm's number for every statement, with its bounds.

    Columns: claim, measure, reference, arm, value, low, high, n, unit, above, below.
    """
    bounds: dict[Any, tuple[float, float]] = {
        (claim.number, statement.measure): (statement.above, statement.below)
        for claim in claims
        for statement in claim.statements
    }
    keys = ["claim", "measure", "reference", "arm"]
    rows = [
        (*key, *number_of(group), *bounds[key[:2]])
        for key, group in measures.groupby(keys, sort=False)
    ]
    return pd.DataFrame(rows, columns=[*keys, *Number._fields, "above", "below"])


def judged(numbers: pd.DataFrame) -> pd.DataFrame:
    """The table of `numbers` with the verdict on each row, and on its statement.

    Holm's family is what a claim states of an arm, with every reference of ablation. A statement's
    verdict is the one that all its references of ablation give, else undecided.
    """
    table = numbers.reset_index(drop=True)
    inside = (table["above"] < table["low"]) & (table["high"] < table["below"])
    counts = is_judged(table)
    names = [*Number._fields, "above", "below"]
    rows = table[counts][names].itertuples(index=False, name=None)
    p = pd.Series([p_outside(Number(*row[:5]), *row[5:]) for row in rows], table.index[counts])
    families = [table.loc[counts, name] for name in ("claim", "arm")]
    p = p.groupby(families).transform(lambda family: holm(family.to_numpy())).reindex(table.index)
    table["verdict"] = np.select([~counts, inside, p < ALPHA], ["", HOLDS, FAILS], UNDECIDED)
    statements = table[counts].groupby(["claim", "arm", "measure"], sort=False)["verdict"]
    table["statement"] = statements.transform(agreed).reindex(table.index, fill_value="")
    return table


def is_judged(table: pd.DataFrame) -> "pd.Series[bool]":
    """Rows with a bound; sampled play is beside the likeliest action's."""
    bounded = np.isfinite(table["above"]) | np.isfinite(table["below"])
    return bounded & (table["reference"] != SAMPLED)


def agreed(verdicts: "pd.Series[str]") -> str:
    """A statement's verdict from those with each reference: the one that all give."""
    return str(verdicts.iloc[0]) if len(set(verdicts)) == 1 else UNDECIDED


def together(verdicts: "pd.Series[str]") -> str:
    """A claim's verdict from its statements'."""
    for decisive in (FAILS, UNDECIDED):
        if decisive in set(verdicts):
            return decisive
    return HOLDS


def by_claim(judged: pd.DataFrame) -> pd.DataFrame:
    """Each arm's verdict on each claim. Columns: claim, arm, verdict, hold, of (statements)."""
    statements = judged[judged["statement"] != ""].drop_duplicates(["claim", "arm", "measure"])
    groups = statements.groupby(["claim", "arm"], sort=False)["statement"]
    table = groups.agg(
        verdict=together, hold=lambda found: (found == HOLDS).sum(), of="size"
    ).reset_index()
    return table
