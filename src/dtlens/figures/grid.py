"""The grid at a glance: one measure against width, by layers and heads, one context a panel."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.figures.style import ENCODING_COLOURS, LAYER_COLOURS, new_figure

MARKERS = {2: "o", 4: "s"}


def label(measure: str) -> str:
    """What a measure of the grid table is called on an axis."""
    return measure.replace("return_at_", "mean return\nat ").replace("error", "calibration\nerror")


def draw_cells(cells: pd.DataFrame, measure: str, axes: Axes) -> Axes:
    """`cells` are the rows of the grid table with one context; bars are 95% intervals."""
    widths = sorted(cells["width"].unique())
    groups = cells[["layers", "heads"]].drop_duplicates().to_numpy().tolist()
    for index, (layers, heads) in enumerate(groups):
        rows = cells[(cells["layers"] == layers) & (cells["heads"] == heads)]
        offset = (index - (len(groups) - 1) / 2) * 0.8 / len(groups)
        places = [widths.index(width) + offset for width in rows["width"]]
        colour = LAYER_COLOURS[layers % len(LAYER_COLOURS)]
        label = f"layers {layers}, heads {heads}"
        _points(rows, measure, places, axes, colour, MARKERS.get(heads, "D"), label)
    axes.set_xticks(range(len(widths)), [str(width) for width in widths])
    return axes


def draw_seeds(seeds: pd.DataFrame, measure: str, axes: Axes) -> Axes:
    """The same measure for every seed of the headline cell, by encoding."""
    encodings = list(seeds["encoding"].unique())
    for index, encoding in enumerate(encodings):
        rows = seeds[seeds["encoding"] == encoding]
        places = [index + (i - (len(rows) - 1) / 2) * 0.5 / len(rows) for i in range(len(rows))]
        _points(rows, measure, places, axes, ENCODING_COLOURS[encoding], "o", encoding)
    axes.set_xticks(range(len(encodings)), encodings)
    axes.set_xlim(-0.5, len(encodings) - 0.5)
    return axes


def page(grid: pd.DataFrame, seeds: pd.DataFrame) -> Figure:
    """A row for each measure that has an interval, a column for each context and one for the seeds.

    `grid` is the grid table: layers, width, heads, context, and measures, each with its _low and
    _high; `seeds` that of the headline's seeds: encoding, end_oversampling, and the same measures.
    """
    seeds = seeds[seeds["end_oversampling"] == seeds["end_oversampling"].max()]
    contexts = sorted(grid["context"].unique())
    columns = len(contexts) + 1
    measures = [
        name for name in map(str, grid) if f"{name}_low" in grid and name != "error_on_data"
    ]
    figure, axes = new_figure(len(measures), columns, 3 * columns, 2.1 * len(measures))
    for row, measure in enumerate(measures):
        panels = axes[row * columns : (row + 1) * columns]
        for panel, context in zip(panels, contexts, strict=False):
            draw_cells(grid[grid["context"] == context], measure, panel)
        draw_seeds(seeds, measure, panels[-1])
        top = max(panel.get_ylim()[1] for panel in panels)
        for panel in panels:
            panel.set_ylim((-1.1, 1.1) if measure.startswith("return") else (0, top))
        panels[0].set_ylabel(label(measure))
    for panel, context in zip(axes, contexts, strict=False):
        panel.set_title(f"context {context}")
    axes[columns - 1].set_title("headline cell, a point a seed")
    for panel in axes[-columns:-1]:
        panel.set_xlabel("width")
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def _points(
    rows: pd.DataFrame,
    measure: str,
    places: list[float],
    axes: Axes,
    colour: str,
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
