"""Attention to the reward-to-go by what is put in front of the agent."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dtlens.figures.style import HEAD_COLOURS, bars, words


def draw(table: pd.DataFrame, axes: Axes) -> Axes:
    """One point with its 95% interval for each object and head.

    `table` holds the rows of one measure and reward-to-go of the table of attention by front.
    """
    heads = table["head"].unique()
    for index, head in enumerate(heads):
        rows = table[table["head"] == head]
        axes.errorbar(
            np.arange(len(rows)) + (index - (len(heads) - 1) / 2) * 0.2,
            rows["value"],
            yerr=bars(rows),
            fmt="o",
            markersize=5,
            color=HEAD_COLOURS[index],
            label=head,
        )
    objects = table["object"].unique()
    axes.set_xticks(range(len(objects)), [words(name) for name in objects])
    axes.set_xlim(-0.5, len(objects) - 0.5)
    return axes
