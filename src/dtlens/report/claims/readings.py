"""What the study's model and the replica say of a statement together, and of a claim in a sentence.

Whether a statement comes back hangs on the study's own model and on the interval of the share of
the replica's models in which it holds.
"""

import numpy as np
import pandas as pd

from dtlens.report.arms import OWN, REPLICA
from dtlens.report.claims.judge import Claim, decisive
from dtlens.report.claims.words import OFTEN

LEAST = 6  # models: of fewer nothing is read
COMES_BACK, SOMETIMES = "comes back", "sometimes"
THAT_MODEL, NOT_EVEN = "of that model only", "fails in the study's own model"
SELDOM = "does not come back"  # of data, which the study's model is not asked about
TOO_FEW, NO_GAME = "too few models", "no reading"
NOT_ASKED = "asked of ours alone"
# How each is said of one thing, and of several.
SAID = {
    COMES_BACK: ("comes back", "come back"),
    SOMETIMES: ("holds only sometimes", "hold only sometimes"),
    THAT_MODEL: ("is of that model only", "are of that model only"),
    SELDOM: ("does not come back", "do not come back"),
    NOT_EVEN: ("fails in the study's own model", "fail in the study's own model"),
    TOO_FEW: ("is asked of too few models", "are asked of too few models"),
    NO_GAME: ("has no reading", "have no reading"),
    NOT_ASKED: ("is asked of ours alone", "are asked of ours alone"),
}


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
            low, high, n = (replica[x] for x in ("low", "high", "n")) if replica else (0, 0, 0)
            said = reading(own["k"] if own else np.nan, low, high, n, solves)
            counts = {
                arm: f"{row['k']:.0f} of {row['n']}" if (row := found.get((*key, arm))) else "-"
                for arm in arms
            }
            rows.append({"claim": key[0], "measure": key[1], "reading": said} | counts)
    return pd.DataFrame(rows)


def concluded(claim: Claim, readings: pd.DataFrame, by_chance: dict[str, float]) -> str:
    """The readings of a claim's statements in one plain sentence, and what untrained models often
    hold too: `by_chance` is the share of them by the statement's measure."""
    rows = readings[readings["claim"] == claim.number]
    found = dict(zip(rows["measure"], rows["reading"], strict=True))
    parts = []
    for reading, (one, several) in SAID.items():
        names = [s.short for s in claim.judged if found[s.measure] == reading]
        whole = {1: "it", 2: "both"}.get(len(names), f"all {len(names)}")
        if names:
            who = whole if len(names) == len(found) else listed(names)
            parts.append(f"{who} {one if len(names) == 1 else several}")
    often = [s.short for s in claim.judged if by_chance.get(s.measure, 0) > OFTEN]
    chance = "untrained models often do as much"
    if len(often) < len(found):
        chance += f": {listed(often)}"
    sentences = ["; ".join(parts), *[chance] * bool(often)]
    return " ".join(f"{said[0].upper()}{said[1:]}." for said in sentences)


def listed(names: list[str]) -> str:
    """a, b and c."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
