"""What data, optimisation and encoding change, beside the chance of a seed."""

import numpy as np
import pandas as pd
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from dtlens.report.figures.style import NEUTRAL, PALE, Style, bars, new_figure

FACTORS = ["data", "optimisation", "encoding"]
FACTOR_COLOURS = dict(zip(FACTORS, ["#AA4499", "#999933", "#44AA99"], strict=True))
LIMIT = 100.0  # what is further away, or has no spread to be set against, is at the edge


def in_spreads(table: pd.DataFrame) -> pd.DataFrame:
    """Effects and their intervals in units of the spread of seeds, at most `LIMIT`."""
    names = ["value", "low", "high"]
    units = table[names].div(table["spread"], axis=0)
    return table.assign(**units.where(table[names] != 0, 0.0).clip(-LIMIT, LIMIT))


def places(claims: "pd.Series[int]", rows: list[int]) -> Float[np.ndarray, " measure"]:
    """Where each measure is drawn: in its claim's row (0 is the top one), those of one claim below
    each other."""
    order = claims.groupby(claims).cumcount()
    number = claims.map(claims.value_counts())
    row = claims.map(rows.index)
    return (row + 0.8 * ((order + 0.5) / number - 0.5)).to_numpy()


def draw(table: pd.DataFrame, axes: Axes, rows: list[int]) -> Axes:
    """One factor's effects in units of the spread of seeds, with 95% intervals; grey: within it.

    `table` has the rows of one factor, a measure each; `rows` are the claims, from the top. Filled
    are effects beyond chance (Holm's p below 0.05) and the spread.
    """
    found = in_spreads(table)
    place = places(found["claim"], rows)
    colour = FACTOR_COLOURS[table["factor"].iloc[0]]
    axes.axvspan(-1, 1, color=PALE, alpha=0.5, linewidth=0)
    axes.axvline(0, color=NEUTRAL, linewidth=0.8)
    lines: Style = {"fmt": "none", "color": colour, "linewidth": 0.6, "alpha": 0.5}
    axes.errorbar(found["value"], place, xerr=bars(found), **lines)
    clear = ((found["p"] < 0.05) & (found["value"].abs() > 1)).to_numpy()
    dots: Style = {"color": colour, "markeredgewidth": 0.8, "linestyle": ""}
    axes.plot(found["value"][~clear], place[~clear], "o", markersize=3, mfc="white", **dots)
    axes.plot(found["value"][clear], place[clear], "o", markersize=5, **dots)
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


def page(table: pd.DataFrame, titles: dict[int, str]) -> Figure:
    """A panel for each factor, a row for each claim, a dot for each of its measures and references.

    `table` is the table of effects: claim, measure, reference, factor, value, low, high, p, n,
    spread (the standard deviation of seeds within a cell); `titles` are the claims' names.
    """
    table = table[table["claim"].isin(list(titles))]
    rows = [claim for claim in titles if claim in set(table["claim"])]
    figure, axes = new_figure(1, len(FACTORS), 12, 0.36 * len(rows) + 1.6)
    for panel, factor in zip(axes, FACTORS, strict=True):
        found = table[table["factor"] == factor]
        if len(found):
            draw(found, panel, rows)
        panel.set_title(f"{factor}\n({span(found['n'])})")
        panel.set_yticks([])
        for row in range(1, len(rows)):
            panel.axhline(row - 0.5, color=PALE, linewidth=0.6)
    axes[0].set_yticks(range(len(rows)), [f"{titles[claim]}  {claim}" for claim in rows])
    axes[0].tick_params(left=False)
    axes[1].set_xlabel("effect, in standard deviations of seeds within a cell (grey: within one)")
    figure.suptitle(
        "What a change of data, optimisation or encoding changes in each claim's measures,\n"
        "those that no rule judges too (filled: beyond chance and the spread of seeds;\n"
        "bars: 95% intervals; at the edge: more than 100, or seeds all alike)"
    )
    return figure
