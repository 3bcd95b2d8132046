"""What the figures of interventions have in common: pairs of windows that differ in one thing."""

import pandas as pd

from dtlens.report.figures.arms import Arms

Kind = tuple[str, float]  # of pair, and the reward-to-go of its clean window


def in_logits(arms: Arms) -> Arms:
    """The rows about the preference's change in logits."""
    return {
        arm: {name: table[table["measure"] == "logit_difference"] for name, table in models.items()}
        for arm, models in arms.items()
    }


def kinds(arms: Arms) -> list[Kind]:
    """Every kind of pair and reward-to-go that tables hold."""
    found = [table[["pair", "rtg"]] for models in arms.values() for table in models.values()]
    return sorted(set(pd.concat(found).itertuples(index=False, name=None)), reverse=True)


def of_kind(table: pd.DataFrame, kind: Kind) -> pd.DataFrame:
    return table[(table["pair"] == kind[0]) & (table["rtg"] == kind[1])]


def contrast(kind: Kind, others: list[Kind]) -> str:
    """What pairs of a kind differ in."""
    pair, rtg = kind
    if pair == "front":
        return f"an object in front\nor none, RTG {rtg:g}"
    low, *_, high = sorted(other for name, other in others if name == pair)
    return f"RTG {rtg:g}\nrather than {high if rtg == low else low:g}"
