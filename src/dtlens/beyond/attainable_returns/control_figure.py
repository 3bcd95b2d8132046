"""Calibration with a random walk in the data, with the delayed-goal agent, and with neither."""

import pandas as pd
from matplotlib.figure import Figure

from dtlens.beyond.attainable_returns.figure import draw_mean
from dtlens.figures.arms import counted
from dtlens.figures.style import BLUE, NEUTRAL, ORANGE, Style, legend_below, new_figure

ADDED = {"nothing": NEUTRAL, "delayed goal": BLUE, "random walk": ORANGE}
ENCODINGS = {"index": "index", "one_hot": "one-hot"}


def page(table: pd.DataFrame) -> Figure:
    """A panel for each encoding. Table random_walk_targets: added, encoding, rtg, value, low, high,
    n."""
    shown = [encoding for encoding in ENCODINGS if encoding in set(table["encoding"])]
    figure, axes = new_figure(1, len(shown), 4.4 * len(shown), 4.2, "row")
    wanted: Style = {"color": NEUTRAL, "linestyle": ":", "linewidth": 1}
    for encoding, panel in zip(shown, axes, strict=True):
        rows = table[table["encoding"] == encoding].sort_values("rtg")
        told = rows["rtg"].unique()
        panel.plot(told, told, label="what is told", **wanted)
        for added, colour in ADDED.items():
            draw_mean(rows[rows["added"] == added], panel, colour, f"with {added} added")
        panel.set_title(f"{ENCODINGS[encoding]} ({counted(int(rows['n'].max()), 'model')} each)")
        panel.set(xlabel="target reward-to-go", ylim=(-0.35, 1.05))
    axes[0].set_ylabel("mean return")
    legend_below(figure, axes[:1])
    figure.suptitle("Late episodes in the data (bands: 95% over models)")
    return figure
