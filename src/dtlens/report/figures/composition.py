"""How strongly the parts of the deeper cells compose, beside untrained models."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.model.cell import Cell
from dtlens.report.figures.arms import counted
from dtlens.report.figures.style import CONTEXT_COLOURS, NEUTRAL, legend_below, new_figure, series

PATHS = {
    "Q": "head to query",
    "K": "head to key",
    "V": "head to value",
    "MLP": "to the MLP",
}


def draw(table: pd.DataFrame, axes: Axes) -> Axes:
    """The scores of one path: a point a pair of parts, by width, a colour a context.

    `table` has the columns width, context, value, and null (the mean of untrained models, a bar).
    """
    widths, contexts = sorted(table["width"].unique()), sorted(table["context"].unique())
    colours = series(CONTEXT_COLOURS, len(contexts))
    for (width, context), pairs in table.groupby(["width", "context"]):
        index = contexts.index(context)
        place = widths.index(width) + (index - (len(contexts) - 1) / 2) * 0.8 / len(contexts)
        label = f"context {context}" if width == widths[0] else None
        places = [place] * len(pairs)
        axes.scatter(
            places,
            pairs["value"],
            s=14,
            alpha=0.6,
            color=colours[index],
            label=label,
        )
        null = pairs["null"].mean()
        axes.plot([place - 0.12, place + 0.12], [null, null], color=NEUTRAL, linewidth=1.5)
    axes.set_xticks(range(len(widths)), [str(width) for width in widths])
    axes.set(xlabel="width", ylim=(0, None))
    return axes


def page(table: pd.DataFrame) -> Figure:
    """A panel for each kind of path.

    `table` is the composition table of the grid: cell, path, value, null.
    """
    cells = table["cell"].map(Cell.parse)
    table = table.assign(
        width=[cell.width for cell in cells], context=[cell.context for cell in cells]
    )
    figure, axes = new_figure(1, len(PATHS), 3.2 * len(PATHS), 3.4)
    for (path, name), panel in zip(PATHS.items(), axes, strict=True):
        draw(table[table["path"] == path], panel)
        panel.set_title(name)
    axes[0].set_ylabel("composition score")
    legend_below(figure, axes[:1])
    count = counted(table["cell"].nunique(), "cell")
    figure.suptitle(f"{count} of two layers: trained parts (points) and untrained ones (bars)")
    return figure
