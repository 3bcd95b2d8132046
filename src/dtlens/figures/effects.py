"""What data, optimisation and encoding change, beside the chance of a seed."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from dtlens.figures.claims import shown
from dtlens.figures.style import NEUTRAL, PALE, bars, new_figure

FACTORS = ["data", "optimisation", "encoding"]
FACTOR_COLOURS = dict(zip(FACTORS, ["#AA4499", "#999933", "#44AA99"], strict=True))
LIMIT = 100.0  # what is further away, or has no spread to be set against, is at the edge


def in_spreads(table: pd.DataFrame) -> pd.DataFrame:
    """Effects and their intervals in units of the spread of seeds, at most `LIMIT`."""
    names = ["value", "low", "high"]
    units = table[names].div(table["spread"], axis=0)
    return table.assign(**units.where(table[names] != 0, 0.0).clip(-LIMIT, LIMIT))


def draw(table: pd.DataFrame, axes: Axes, rows: pd.Index) -> Axes:
    """One factor's effects in units of the spread of seeds, with 95% intervals; grey: within it.

    `table` has the rows of one factor, indexed as `rows` (claim and measure, from the top).
    """
    found = in_spreads(table)
    place = rows.get_indexer(found.index)
    axes.axvspan(-1, 1, color=PALE, linewidth=0)
    axes.axvline(0, color=NEUTRAL, linewidth=0.8)
    colour = FACTOR_COLOURS[table["factor"].iloc[0]]
    clear = ((found["low"] > 0) | (found["high"] < 0)).to_numpy()
    axes.errorbar(found["value"], place, xerr=bars(found), fmt="none", color=colour, linewidth=1)
    axes.plot(found["value"][clear], place[clear], "o", color=colour, markersize=4)
    axes.plot(found["value"][~clear], place[~clear], "o", color=colour, markersize=4, mfc="white")
    axes.set_xscale("symlog", linthresh=1, linscale=0.7)
    ticks = [-100, -10, -1, 0, 1, 10, 100]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set(xlim=(-1.15 * LIMIT, 1.15 * LIMIT), ylim=(len(rows) - 0.5, -0.5))
    return axes


def span(numbers: "pd.Series[int]") -> str:
    """n = 3 models, or n = 3 to 6 models."""
    if numbers.empty:
        return "too few models"
    least, most = numbers.min(), numbers.max()
    return f"n = {least} models" if least == most else f"n = {least} to {most} models"


def page(table: pd.DataFrame) -> Figure:
    """A panel for each factor, a row for each statement's measure, claim by claim.

    `table` is the table of effects: claim, measure, reference, factor, value, low, high, n, spread
    (the standard deviation of seeds within a cell).
    """
    table = shown(table)
    rows = pd.MultiIndex.from_frame(
        table[["claim", "measure"]].drop_duplicates().sort_values("claim", kind="stable")
    )
    figure, axes = new_figure(1, len(FACTORS), 13, 0.21 * len(rows) + 1.6)
    for panel, factor in zip(axes, FACTORS, strict=True):
        found = table[table["factor"] == factor].set_index(["claim", "measure"])
        if len(found):
            draw(found, panel, rows)
        panel.set_title(f"{factor}\n({span(found['n'])})")
        panel.set_yticks([])
    claims = rows.get_level_values("claim")
    names = [f"{measure}  {claim}" for claim, measure in rows]
    axes[0].set_yticks(range(len(rows)), names, fontsize="small")
    axes[0].tick_params(left=False)
    for row in np.flatnonzero(claims[1:] != claims[:-1]):
        for panel in axes:
            panel.axhline(row + 0.5, color=PALE, linewidth=0.8)
    axes[1].set_xlabel("effect, in standard deviations of seeds within a cell (grey: within one)")
    figure.suptitle(
        "What a change of data, optimisation or encoding changes in each statement\n"
        "(bars: 95% intervals; hollow: they hold 0; at the edge: more than 100, or seeds all alike)"
    )
    return figure
