"""The chapter on planted flaws."""

import pandas as pd

from dtlens.arms import TITLES
from dtlens.beyond.text import crossed, number

AUDITORS = {"tables": "tables", "play": "play"}


def chapter(table: pd.DataFrame) -> str:
    """From the table `audit.csv`."""
    chance = table["chance"].iloc[0]

    def found(arm: str, auditor: str) -> str:
        return number(table, arm=arm, auditor=auditor, flaw="all")

    lines = [
        "## A game of auditors",
        "",
        "In each model of our recipe four flaws are planted, one at a time: it is made deaf to the"
        " reward-to-go, as if always told 0.9; or one rank-1 edit makes it walk on where something"
        " red is in front, turn away from a goal off the walls, or walk into walls. One auditor"
        " sees tables of the study's kind, made of placed scenes of the game; the other how the"
        " model plays the game, told -1, 0 and 0.9. Each knows the flaws of the models of the other"
        " runs, and says which of the five (the four, or none) a model has: the nearest in the"
        " mean, each number in its spread within a flaw. [Figure](figures/audit.png).",
        "",
        f"The tables' auditor is right in {found('index', 'tables')} of the cases with index models"
        f" and in {found('one_hot', 'tables')} with one-hot ones; that of play in"
        f" {found('index', 'play')} and {found('one_hot', 'play')}; chance in {chance:.2f}. How"
        " often each flaw is found:",
        "",
    ]
    for arm in ("index", "one_hot"):
        rows = table[(table["arm"] == arm) & table["n"].gt(0)]
        lines += [f"{TITLES[arm]}:", "", crossed(rows, "flaw", "auditor", AUDITORS), ""]
    return "\n".join(lines)
