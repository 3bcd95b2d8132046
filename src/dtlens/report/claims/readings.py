"""What the arms' verdicts on a claim say together."""

import pandas as pd

from dtlens.report.arms import OWN, RECIPE
from dtlens.report.claims.judge import FAILS, HOLDS, UNDECIDED, Claim, by_claim

COMES_BACK = "comes back"
THAT_MODEL = "of that model only"
NOT_EVEN = "not in that model either"
NOT_ASKED = "not asked"
# From the verdicts in the study's own model and under its recipe; all others are undecided. Where
# a claim is not of a model (of data, of the grid), the recipe alone says whether it comes back.
FROM = {
    (HOLDS, HOLDS): COMES_BACK,
    (NOT_ASKED, HOLDS): COMES_BACK,
    (HOLDS, FAILS): THAT_MODEL,
    (NOT_ASKED, FAILS): "does not come back",
    **{(FAILS, recipe): NOT_EVEN for recipe in (HOLDS, FAILS, UNDECIDED, NOT_ASKED)},
}


def readings(judged: pd.DataFrame, claims: list[Claim]) -> pd.DataFrame:
    """A row a claim. Columns: claim, reading, and each arm's verdict with how many of its
    statements hold, as in "holds, 3 of 3", or "not asked".
    """
    table = by_claim(judged)
    asked = [claim.number for claim in claims if any(s.is_judged for s in claim.statements)]
    verdicts = table.pivot_table(
        index="claim", columns="arm", values="verdict", aggfunc="first", sort=False
    )
    verdicts = verdicts.reindex(asked).fillna(NOT_ASKED)
    reading = [
        FROM.get((row.get(OWN, NOT_ASKED), row.get(RECIPE, NOT_ASKED)), UNDECIDED)
        for _, row in verdicts.iterrows()
    ]
    counts = table.assign(
        said=table["verdict"] + ", " + table["hold"].astype(str) + " of " + table["of"].astype(str)
    )
    said = counts.pivot_table(index="claim", columns="arm", values="said", aggfunc="first")
    said = said.reindex(asked).fillna(NOT_ASKED)
    said.insert(0, "reading", pd.Series(reading, verdicts.index))
    return said.reset_index()
