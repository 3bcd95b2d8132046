"""The grid at a glance: one measure against width, by layers and heads, one context a panel."""

import itertools

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.report.arms import STUDYS_CELL
from dtlens.report.figures.style import (
    LAYER_COLOURS,
    Style,
    counted,
    legend_below,
    new_figure,
    series,
)

HEAD_MARKERS = "oDs^vP*X"  # from the fewest heads
SHAPE = ["layers", "width", "heads", "context"]
OWN = STUDYS_CELL.model_dump(include=set(SHAPE))


def label(measure: str) -> str:
    """What a measure of the grid table is called on an axis."""
    return measure.replace("return_at_", "mean return\nat ").replace("error", "calibration\nerror")


def draw_cells(cells: pd.DataFrame, measure: str, axes: Axes) -> Axes:
    """`cells` are the rows of the grid table with one context; bars are 95% intervals. The study's
    cell has a ring."""
    widths = sorted(cells["width"].unique())
    colours = series(LAYER_COLOURS, int(cells["layers"].max()) + 1)
    marker = dict(zip(sorted(cells["heads"].unique()), itertools.cycle(HEAD_MARKERS)))
    groups = cells[["layers", "heads"]].drop_duplicates().to_numpy().tolist()
    for index, (layers, heads) in enumerate(groups):
        rows = cells[(cells["layers"] == layers) & (cells["heads"] == heads)]
        offset = (index - (len(groups) - 1) / 2) * 0.8 / len(groups)
        places = rows["width"].map(widths.index) + offset
        ends = [rows[measure] - rows[f"{measure}_low"], rows[f"{measure}_high"] - rows[measure]]
        # An interval of resampled means need not hold the mean itself to the last digit.
        error = [end.clip(lower=0) for end in ends]
        look: Style = {"color": colours[layers], "fmt": marker[heads], "markersize": 4}
        named = f"layers {layers}, heads {heads}"
        axes.errorbar(places, rows[measure], yerr=error, label=named, **look)
        own = (rows[SHAPE] == [OWN[name] for name in SHAPE]).all(axis=1)
        ring: Style = {"markerfacecolor": "none", "color": "black", "markersize": 11}
        if own.any():
            axes.plot(places[own], rows.loc[own, measure], "o", label="the study's cell", **ring)
    axes.set_xticks(range(len(widths)), [str(width) for width in widths])
    return axes


def page(grid: pd.DataFrame) -> Figure:
    """A row for each measure that has an interval, a column for each context.

    `grid` is the grid table: layers, width, heads, context, and measures, each with its _low and
    _high.
    """
    contexts = sorted(grid["context"].unique())
    measures = [name for name in map(str, grid) if f"{name}_low" in grid]
    size = (3.2 * len(contexts), 2.1 * len(measures))
    figure, axes = new_figure(len(measures), len(contexts), *size, "row")
    for (measure, context), panel in zip(itertools.product(measures, contexts), axes, strict=True):
        draw_cells(grid[grid["context"] == context], measure, panel)
        panel.set(title=f"context {context}", xlabel="width", ylabel=label(measure))
        panel.label_outer()
    for panel in axes[len(contexts) :]:
        panel.set_title("")
    legend_below(figure, axes[:1], columns=4)
    each = grid["predictions"].max() / 1e6
    figure.suptitle(
        f"{counted(len(grid), 'model')}, {each:.3g} million predictions each\n"
        "(bars: 95% intervals over episodes)"
    )
    return figure
