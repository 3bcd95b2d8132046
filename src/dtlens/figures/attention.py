"""Attention to the reward-to-go by what is put in front of the agent."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.figures.style import HEAD_COLOURS, bars, new_figure, words

MEASURES = {"attention": "attention to the RTG", "score": "log odds of the RTG\nagainst the state"}


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


def page(name: str, table: pd.DataFrame) -> Figure:
    """A panel for each measure (rows) and reward-to-go (columns).

    `table` is the table of attention by front of the model `name`: rtg, object, measure, head,
    value, low, high.
    """
    rtgs = table["rtg"].unique()
    figure, axes = new_figure(len(MEASURES), len(rtgs), 3.2 * len(rtgs), 5)
    panels = iter(axes)
    for measure, label in MEASURES.items():
        for rtg in rtgs:
            panel = next(panels)
            draw(table[(table["measure"] == measure) & (table["rtg"] == rtg)], panel)
            if measure == "attention":
                panel.set(title=f"reward-to-go {rtg:g}", ylim=(-0.03, 1.03))
            panel.set_ylabel(label if rtg == rtgs[0] else "")
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    figure.suptitle(
        f"{name}: attention by the object put in front, all else equal (bars: 95% intervals)"
    )
    return figure
