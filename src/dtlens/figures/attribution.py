"""Contributions to the preference for forward over right (figure 3 of the study)."""

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.figures.style import FRONT_COLOURS, PREFERENCE, new_figure, words

SATURATED = 5.0  # the colours tell parts up to here apart; the numbers tell the rest


def draw(table: pd.DataFrame, axes: Axes) -> Axes:
    """Mean contribution of each component (rows) by the object in front (columns).

    `table` holds the rows of one reward-to-go of the attribution table.
    """
    parts = table.pivot_table(index="component", columns="front", values="value", sort=False)
    sns.heatmap(
        parts[list(FRONT_COLOURS)].rename(columns=words),
        ax=axes,
        cmap="RdBu_r",
        vmin=-SATURATED,
        vmax=SATURATED,
        annot=True,
        fmt="+.2f",
        cbar=False,
        linewidths=1,
    )
    axes.axhline(len(parts) - 1, color="black", linewidth=1.5)  # above: parts; below: their sum
    axes.set(xlabel="", ylabel="")
    axes.tick_params(left=False, bottom=False)
    axes.tick_params(axis="x", rotation=30)
    axes.tick_params(axis="y", rotation=0)
    return axes


def page(name: str, table: pd.DataFrame) -> Figure:
    """A panel for each reward-to-go.

    `table` is the attribution table of the model `name`: rtg, front, component, value.
    """
    rtgs = table["rtg"].unique()
    figure, axes = new_figure(1, len(rtgs), 4.3 * len(rtgs), 4.6)
    for panel, rtg in zip(axes, rtgs, strict=True):
        draw(table[table["rtg"] == rtg], panel)
        panel.set_title(f"reward-to-go {rtg:g}")
    figure.suptitle(
        f"{name}: what each component adds to {PREFERENCE},"
        " by the object in front (means over placed scenes)"
    )
    return figure
