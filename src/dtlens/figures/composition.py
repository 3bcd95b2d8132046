"""How strongly the parts of the deeper cells compose, beside untrained models."""

import pandas as pd
from matplotlib.axes import Axes

from dtlens.figures.style import NEUTRAL, SERIES


def draw(table: pd.DataFrame, axes: Axes) -> Axes:
    """The scores of one path: a point a pair of parts, by width, a colour a context.

    `table` has the columns width, context, value, and null (the mean of untrained models, a bar).
    """
    widths, contexts = sorted(table["width"].unique()), sorted(table["context"].unique())
    for (width, context), pairs in table.groupby(["width", "context"]):
        index = contexts.index(context)
        place = widths.index(width) + (index - (len(contexts) - 1) / 2) * 0.8 / len(contexts)
        label = f"context {context}" if width == widths[0] else None
        places = [place] * len(pairs)
        axes.scatter(places, pairs["value"], s=14, alpha=0.6, color=SERIES[1 + index], label=label)
        null = pairs["null"].mean()
        axes.plot([place - 0.12, place + 0.12], [null, null], color=NEUTRAL, linewidth=1.5)
    axes.set_xticks(range(len(widths)), [str(width) for width in widths])
    axes.set(xlabel="width", ylim=(0, None))
    return axes
