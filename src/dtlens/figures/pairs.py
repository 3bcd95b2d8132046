"""What the figures of interventions have in common: pairs of windows that differ in one thing."""

from collections.abc import Callable

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.figures.style import new_figure


def draw_pairs(table: pd.DataFrame, draw: Callable[[pd.DataFrame, Axes], Axes]) -> Figure:
    """A panel for each kind of pair and reward-to-go (columns pair, rtg); the last is left to the
    legend."""
    asked = table[["pair", "rtg"]].drop_duplicates().sort_values(["pair", "rtg"])
    columns = len(asked) // 2 + 1
    figure, axes = new_figure(2, columns, 3.8 * columns, 7.2)
    known: dict[str, Artist] = {}
    for panel, kind, rtg in zip(axes, asked["pair"], asked["rtg"], strict=False):
        draw(table[(table["pair"] == kind) & (table["rtg"] == rtg)], panel)
        panel.set_title(
            request(table, rtg)
            if kind == "rtg"
            else f"an object in front rather than none,\nasked for {rtg:g}"
        )
        handles, labels = panel.get_legend_handles_labels()
        known |= dict(zip(labels, handles, strict=True))
    for spare in axes[len(asked) :]:
        spare.set_axis_off()
    axes[-1].legend(list(known.values()), list(known), loc="center")
    return figure


def request(table: pd.DataFrame, rtg: float) -> str:
    """What the pairs of kind `rtg` differ in."""
    low, high = table["rtg"].min(), table["rtg"].max()
    return f"asked for {rtg:g} rather than {high if rtg == low else low:g}"
