"""Numbers of models and of the study's own, as claims' measures have them."""

import pandas as pd

from dtlens.report.claims.judge import Claim, Statement
from dtlens.report.claims.measures import COLUMNS


def nothing(model, reference):
    raise AssertionError("the numbers of these tests are given")


def claim(number: int = 9, **statements: dict) -> Claim:
    made = [Statement(name, nothing, short=name, **more) for name, more in statements.items()]
    return Claim(number, f"Claim {number}", '"so"', "roles", made)


def rows(measure: str, values: list[float], arm: str = "study", reference: str = "", number=9):
    """The numbers of so many models of an arm; runs of two seeds each."""
    table = pd.DataFrame({"value": values})
    return table.assign(
        claim=number,
        measure=measure,
        reference=reference,
        arm=arm,
        run=[i // 2 + 1 for i in range(len(values))],
        seed=[i % 2 + 1 for i in range(len(values))],
        low=table["value"],
        high=table["value"],
        n=1,
        unit="scenes",
    )[COLUMNS]


def own(measure: str, value: float, half: float = 0.01, number: int = 9, reference: str = ""):
    """One number of the study's own checkpoint."""
    table = rows(measure, [value], "post", reference, number)
    return table.assign(run=None, seed=None, low=value - half, high=value + half)
