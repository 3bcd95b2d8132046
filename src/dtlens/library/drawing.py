"""A table of the library, drawn."""

import pandas as pd
from matplotlib.axes import Axes

from dtlens.base.errors import UserError
from dtlens.report.figures.style import NEUTRAL, bars, words

SHARES = ["output", "token"]  # of a table of patching, what stands for the component


def draw(table: pd.DataFrame, axes: Axes) -> Axes:
    """Draw the values of a `table` of this library, with 95% intervals, on `axes`; gives these.

    Tables of `probabilities` and `attribute`: by the object in front, a colour for each policy or
    component, at one reward-to-go. Of `patch`: each component's share of the logit difference, a
    colour for each front. Of `calibrate`: return against target. Raises `UserError` naming what
    the table has too much of, or that it is none of these.
    """
    rows, across, series, label = _layout(table.rename(columns={"mean_return": "value"}))
    places, names = list(rows[across].unique()), list(rows[series].unique())
    for index, name in enumerate(names):
        own = rows[rows[series] == name]
        shift = (index - (len(names) - 1) / 2) * 0.8 / len(names)
        x = own["rtg"] if across == "rtg" else own[across].map(places.index) + shift
        axes.errorbar(x, own["value"], bars(own), fmt="o", markersize=4, label=words(str(name)))
    if across == "rtg":
        axes.axline((0, 0), slope=1, color=NEUTRAL, linestyle=":", linewidth=1)
        axes.set_xlabel("target reward-to-go")
    else:
        axes.axhline(0, color=NEUTRAL, linewidth=0.6)
        axes.set_xticks(range(len(places)), [words(place) for place in places])
        axes.legend(fontsize="small")
    axes.set_ylabel(label)
    return axes


def _layout(table: pd.DataFrame) -> tuple[pd.DataFrame, str, str, str]:
    """The rows that are drawn, the columns along the axis and of the colours, and the unit."""
    columns = set(table)
    if "part" in columns:
        shown = (table["measure"] == "logit_difference") & table["part"].isin(SHARES)
        return table[shown], "component", "front", "share of the effect"
    if {"rtg", "episodes"} <= columns:
        return table, "rtg", "episodes", "mean return"
    series = "policy" if "policy" in columns else "component"
    if not {"rtg", "front", series} <= columns:
        raise UserError(f"draw: no table of dtlens has the columns {', '.join(map(str, table))}")
    if len(targets := table["rtg"].unique()) > 1:
        several = ", ".join(f"{rtg:g}" for rtg in targets)
        raise UserError(f"draw: the table has the rewards-to-go {several}; choose one")
    return table, "front", series, "P(forward)" if series == "policy" else "logits"
