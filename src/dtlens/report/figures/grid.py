"""The grid at a glance: one measure against width, by layers and heads, one context a panel."""

import itertools

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.model.cell import Cell
from dtlens.report.figures.arms import COLOURS, MARKERS
from dtlens.report.figures.style import (
    LAYER_COLOURS,
    Colour,
    Style,
    counted,
    legend_below,
    new_figure,
    series,
)

HEAD_MARKERS = "oDs^vP*X"  # from the fewest heads
STUDYS = {"layers": 1, "width": 128, "heads": 2, "context": 1}


def label(measure: str) -> str:
    """What a measure of the grid table is called on an axis."""
    return measure.replace("return_at_", "mean return\nat ").replace("error", "calibration\nerror")


def draw_cells(cells: pd.DataFrame, measure: str, axes: Axes) -> Axes:
    """`cells` are the rows of the grid table with one context; bars are 95% intervals."""
    widths = sorted(cells["width"].unique())
    groups = cells[["layers", "heads"]].drop_duplicates().to_numpy().tolist()
    colours = series(LAYER_COLOURS, int(cells["layers"].max()) + 1)
    marker = dict(zip(sorted(cells["heads"].unique()), itertools.cycle(HEAD_MARKERS)))
    for index, (layers, heads) in enumerate(groups):
        rows = cells[(cells["layers"] == layers) & (cells["heads"] == heads)]
        offset = (index - (len(groups) - 1) / 2) * 0.8 / len(groups)
        places = [widths.index(width) + offset for width in rows["width"]]
        label = f"layers {layers}, heads {heads}"
        _points(rows, measure, places, axes, colours[layers], marker[heads], label)
    axes.set_xticks(range(len(widths)), [str(width) for width in widths])
    return axes


def mark_studys(cells: pd.DataFrame, measure: str, axes: Axes) -> None:
    """A ring around the study's cell, if it is among the `cells` that `draw_cells` has drawn."""
    groups = cells[["layers", "heads"]].drop_duplicates().to_numpy().tolist()
    own = cells[(cells[list(STUDYS)] == list(STUDYS.values())).all(axis=1)]
    if len(own):
        index = groups.index([STUDYS["layers"], STUDYS["heads"]])
        offset = (index - (len(groups) - 1) / 2) * 0.8 / len(groups)
        place = sorted(cells["width"].unique()).index(STUDYS["width"]) + offset
        places = [place] * len(own)
        ring: Style = {"markerfacecolor": "none", "markeredgecolor": "black", "markersize": 11}
        axes.plot(places, own[measure], "o", markeredgewidth=1.2, label="the study's cell", **ring)


def draw_seeds(seeds: pd.DataFrame, measure: str, axes: Axes) -> Axes:
    """The same measure for every model of our recipe's arms of the study's cell, by encoding."""
    encodings = list(seeds["encoding"].unique())
    for index, encoding in enumerate(encodings):
        rows = seeds[seeds["encoding"] == encoding]
        places = [index + (i - (len(rows) - 1) / 2) * 0.5 / len(rows) for i in range(len(rows))]
        _points(rows, measure, places, axes, COLOURS[encoding], MARKERS[encoding], encoding)
    axes.set_xticks(range(len(encodings)), encodings)
    axes.set_xlim(-0.5, len(encodings) - 0.5)
    return axes


def page(grid: pd.DataFrame, seeds: pd.DataFrame, predictions: int) -> Figure:
    """A row for each measure that has an interval, a column for each context and one for the seeds.

    `grid` is the grid table: layers, width, heads, context, and measures, each with its _low and
    _high; `seeds` that of the headline's seeds: cell, encoding, and the same measures (models with
    another end-oversampling than their recipe's are left out). `predictions` is how many each
    model of the grid was trained on.
    """
    seeds = seeds[[Cell.parse(cell).end_oversampling is None for cell in seeds["cell"]]]
    contexts = sorted(grid["context"].unique())
    columns = len(contexts) + 1
    measures = [
        name for name in map(str, grid) if f"{name}_low" in grid and name != "error_on_data"
    ]
    figure, axes = new_figure(len(measures), columns, 3 * columns, 2.1 * len(measures), "row")
    for row, measure in enumerate(measures):
        panels = axes[row * columns : (row + 1) * columns]
        for panel, context in zip(panels, contexts, strict=False):
            cells = grid[grid["context"] == context]
            draw_cells(cells, measure, panel)
            mark_studys(cells, measure, panel)
        draw_seeds(seeds, measure, panels[-1])
        panels[0].set_ylabel(label(measure))
    for panel, context in zip(axes, contexts, strict=False):
        panel.set_title(f"context {context}")
    axes[columns - 1].set_title(f"the study's cell,\n{counted(len(seeds), 'model')} of our recipe")
    for panel in axes[-columns:-1]:
        panel.set_xlabel("width")
    legend_below(figure, axes[:1], columns=4)
    more = seeds["predictions"].max()
    shapes = len(grid[list(STUDYS)].drop_duplicates())
    figure.suptitle(
        f"{counted(len(grid), 'model')} of {counted(shapes, 'shape')},"
        f" {predictions / 1e6:.3g} million predictions each"
        f" (right: {more / 1e6:.3g} million; bars: 95% intervals over episodes)"
    )
    return figure


def _points(
    rows: pd.DataFrame,
    measure: str,
    places: list[float],
    axes: Axes,
    colour: Colour,
    marker: str,
    label: str,
) -> None:
    below = rows[measure] - rows[f"{measure}_low"]
    above = rows[f"{measure}_high"] - rows[measure]
    # An interval of resampled means need not hold the mean itself to the last digit.
    error = [below.clip(lower=0), above.clip(lower=0)]
    axes.errorbar(
        places, rows[measure], yerr=error, fmt=marker, markersize=4, color=colour, label=label
    )
