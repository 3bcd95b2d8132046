"""Reward-to-go in the training data, over episodes and over steps (figure 4 of the study)."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.figures.style import NEUTRAL, SERIES, new_figure


def draw(histogram: pd.DataFrame, axes: Axes) -> Axes:
    """`histogram` as written by trajectories: bins low to high, share of episodes and of steps."""
    edges = np.append(histogram["low"], histogram["high"].iloc[-1])
    colours = {"episodes": NEUTRAL, "steps": SERIES[1]}
    for unit, colour in colours.items():
        axes.stairs(histogram[unit], edges, color=colour, label=f"share of {unit}", linewidth=1.5)
    axes.set(
        title="Reward-to-go in the training data",
        xlabel="reward-to-go (bins of 0.05)",
        ylabel="share (logarithmic)",
        yscale="log",
        xlim=(-1.05, 1.05),
    )
    axes.legend(loc="upper center")
    return axes


def page(histogram: pd.DataFrame) -> Figure:
    """One panel; `histogram` as in `draw`."""
    figure, (panel,) = new_figure(1, 1, 6, 3.5)
    draw(histogram, panel)
    return figure
