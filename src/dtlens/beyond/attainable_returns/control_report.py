"""The chapter and figure on late data without waiting."""

import pandas as pd
from matplotlib.figure import Figure

from dtlens.beyond.drawing import ENCODINGS, Styles, page_of_curves
from dtlens.beyond.text import ERRORS, crossed, numbers

TITLES = {
    "nothing": "our recipe's data alone",
    "delayed goal": "and episodes of the delayed-goal agent",
    "random walk": "and as many of a random walk",
    "random walk less nothing": "random walk less nothing, run by run",
}


def chapter(table: pd.DataFrame) -> str:
    """Of the table random_walk."""
    named = table.assign(errors=table["error"].map(ERRORS) + ", " + table["encoding"])
    said = numbers(table[table["error"] == "mean"], "added", "encoding", digits=3)
    return f"""## Is it the waiting, or that data is late?

Our recipe's data has few episodes that return something between: is that all that is missing? In
as many episodes again an agent walks about by chance, runs into nothing, and enters the goal as
soon as that is beside it, which is late: two in three of its episodes return anything from 0.1 to
0.9. They have the returns, and no sign that it is too early. Models that learn from them beside our
recipe's data are off, in the mean return, by {said("random walk", "index")} (index; with waiting
{said("delayed goal", "index")}, with nothing added {said("nothing", "index")}) and by
{said("random walk", "one_hot")} (one-hot; {said("delayed goal", "one_hot")} and
{said("nothing", "one_hot")}). Numbers are root mean squares over targets from 0.2 to 0.9.

{crossed(named, "errors", "added", TITLES)}

![What models return that learned from a random walk](figures/random_walk.png)
"""


ADDED: Styles = {
    "nothing": {"color": "#444444"},
    "delayed goal": {"color": "#0072B2"},
    "random walk": {"color": "#E69F00"},
}


def page(table: pd.DataFrame) -> Figure:
    """A panel for each encoding, a curve for what is added to the data."""
    rows = table.assign(panel=table["encoding"], series=table["added"])
    panels = {name: said for name, said in ENCODINGS.items() if name in set(table["encoding"])}
    title = "Late episodes in the data (bands: 95% over models)"
    return page_of_curves(rows, panels, ADDED, title)
