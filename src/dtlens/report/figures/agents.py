"""What the agents learn, and the returns that they leave in the data (figure 4 of the study)."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.report.figures.style import NEUTRAL, SERIES, counted, new_figure


def draw_learning(curves: list[pd.DataFrame], axes: Axes) -> Axes:
    """`curves` as written by train_ppo: step, mean_return, success; a line a run."""
    quantities = {"mean_return": ("mean return", NEUTRAL), "success": ("goals", SERIES[1])}
    for quantity, (label, colour) in quantities.items():
        for number, curve in enumerate(curves):
            named = None if number else label
            axes.plot(curve["step"] / 1000, curve[quantity], color=colour, linewidth=1, label=named)
    axes.set(xlabel="environment steps (thousands)", ylim=(-1.05, 1.05))
    return axes


def draw_returns(histograms: list[pd.DataFrame], axes: Axes) -> Axes:
    """`histograms` as written by trajectories, one a run: bins low to high, share of episodes and
    of steps."""
    for unit, colour in {"episodes": NEUTRAL, "steps": SERIES[1]}.items():
        for number, histogram in enumerate(histograms):
            edges = np.append(histogram["low"], histogram["high"].iloc[-1])
            label = None if number else f"share of {unit}"
            axes.stairs(histogram[unit], edges, color=colour, label=label, linewidth=1)
    axes.set(xlabel="return (bins of 0.05)", yscale="log", xlim=(-1.05, 1.05))
    return axes


def page(curves: dict[str, pd.DataFrame], histograms: dict[str, pd.DataFrame]) -> Figure:
    """A column for each recipe: its agents' learning above, the returns in their data below; both
    by the name of the run, such as ours-r1."""
    recipes = list(dict.fromkeys(run.rpartition("-")[0] for run in histograms))
    figure, axes = new_figure(2, len(recipes), 4.5 * len(recipes), 6)
    above, below = axes[: len(recipes)], axes[len(recipes) :]
    for recipe, learning, returns in zip(recipes, above, below, strict=True):
        runs = [run for run in histograms if run.rpartition("-")[0] == recipe]
        draw_learning([curves[run] for run in runs if run in curves], learning)
        draw_returns([histograms[run] for run in runs], returns)
        learning.set(title=f"recipe “{recipe}”, {counted(len(runs), 'run')}")
    above[0].set(ylabel="over the episodes of an update")
    below[0].set(ylabel="share (logarithmic)")
    for panel in (above[0], below[0]):
        panel.legend(loc="lower right" if panel is above[0] else "upper center")
    figure.suptitle("What agents learn, and the returns in their data (a line a run)")
    return figure
