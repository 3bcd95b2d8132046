"""The grid at a glance: one measure against width, by layers and heads, one context a panel."""

import pandas as pd
from matplotlib.axes import Axes

from dtlens.figures.style import ENCODING_COLOURS, LAYER_COLOURS

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
