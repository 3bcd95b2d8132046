"""What the study's model and the replica say of a statement together, and of a claim in a sentence.

Whether a statement comes back hangs on the study's own model and on the interval of the share of
the replica's models in which it holds.
"""

import numpy as np
import pandas as pd

from dtlens.report.arms import OWN, REPLICA
from dtlens.report.claims.judge import Claim, decisive

LEAST = 6  # models: of fewer nothing is read
COMES_BACK, SOMETIMES = "comes back", "sometimes"
THAT_MODEL, NOT_EVEN = "of that model only", "fails in the study's own model"
SELDOM = "does not come back"  # of data, which the study's model is not asked about
TOO_FEW, NO_GAME = "too few models", "the replica's agents do not solve the game"
NOT_ASKED = "not asked of the replica"
ORDER = (COMES_BACK, SOMETIMES, THAT_MODEL, SELDOM, NOT_EVEN, TOO_FEW, NO_GAME, NOT_ASKED)


def reading(own: float, low: float, high: float, n: int, solves: bool) -> str:
    """Of one statement: whether it holds in the study's model (1, 0, or NaN where it cannot be
    asked), and the interval of k / n over the replica's n models, whose agents solve the game or
    not."""
    if own == 0:
        return NOT_EVEN
    if not n:
        return NOT_ASKED
    if not solves:
        return NO_GAME
    if n < LEAST:
        return TOO_FEW
    if high < 0.5:
        return SELDOM if np.isnan(own) else THAT_MODEL
    return COMES_BACK if low > 0.5 else SOMETIMES


def readings(tally: pd.DataFrame, claims: list[Claim], solves: bool) -> pd.DataFrame:
    """A row for each judged statement of the claims that count. Columns: claim, measure, reading,
    and how many models it holds in of each arm, as in "10 of 12", or "-" where it is not asked."""
    arms = list(dict.fromkeys(tally["arm"]))
    found = {
        (row["claim"], row["measure"], row["arm"]): row
        for row in decisive(tally).to_dict("records")
    }
    rows = []
    for claim in claims:
        for statement in claim.judged if not claim.check else []:
            key = (claim.number, statement.measure)
            own, replica = (found.get((*key, arm)) for arm in (OWN, REPLICA))
            interval = (replica["low"], replica["high"], replica["n"]) if replica else (0, 0, 0)
            said = reading(own["k"] if own else np.nan, *interval, solves)
            counts = {
                arm: f"{row['k']:.0f} of {row['n']}" if (row := found.get((*key, arm))) else "-"
                for arm in arms
            }
            rows.append({"claim": key[0], "measure": key[1], "reading": said} | counts)
    return pd.DataFrame(rows)


def concluded(claim: Claim, readings: pd.DataFrame) -> str:
    """The readings of a claim's statements in one plain sentence."""
    rows = readings[readings["claim"] == claim.number].set_index("measure")
    short = {statement.measure: statement.short for statement in claim.judged}
    groups = {
        said: [short[measure] for measure in rows.index[rows["reading"] == said]]
        for said in ORDER
        if said in set(rows["reading"])
    }
    if len(groups) == 1:
        (said,) = groups
        return f"{said[0].upper()}{said[1:]}."
    parts = [f"{said}: {', '.join(filter(None, names))}" for said, names in groups.items()]
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."
