"""Reward-to-go in the training data, over episodes and over steps (figure 4 of the study)."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.report.figures.arms import page_of_recipes
from dtlens.report.figures.style import NEUTRAL, SERIES


def draw(histograms: list[pd.DataFrame], axes: Axes) -> Axes:
    """`histograms` as written by trajectories, one a run: bins low to high, share of episodes and
    of steps."""
    colours = {"episodes": NEUTRAL, "steps": SERIES[1]}
    for unit, colour in colours.items():
        for number, histogram in enumerate(histograms):
            edges = np.append(histogram["low"], histogram["high"].iloc[-1])
            label = None if number else f"share of {unit}"
            axes.stairs(histogram[unit], edges, color=colour, label=label, linewidth=1)
    axes.set(xlabel="reward-to-go (bins of 0.05)", yscale="log", xlim=(-1.05, 1.05))
    return axes


def page(histograms: dict[str, pd.DataFrame]) -> Figure:
    """A panel for each recipe; `histograms` by the name of their run."""
    figure = page_of_recipes(histograms, draw, "data of {recipe}, {runs}", "share (logarithmic)")
    figure.axes[0].legend(loc="upper center")
    return figure
