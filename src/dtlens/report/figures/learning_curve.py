"""The agents' mean return and success against environment steps, every run of a recipe."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.report.figures.arms import page_of_recipes
from dtlens.report.figures.style import NEUTRAL, OUTCOME_COLOURS


def draw(curves: list[pd.DataFrame], axes: Axes) -> Axes:
    """`curves` as written by train_ppo: step, mean_return, success; a line each."""
    quantities = {
        "mean_return": (NEUTRAL, "mean return"),
        "success": (OUTCOME_COLOURS["goal"], "share reaching goal"),
    }
    for quantity, (colour, label) in quantities.items():
        for number, curve in enumerate(curves):
            steps = curve["step"] / 1000
            named = None if number else label
            axes.plot(steps, curve[quantity], color=colour, linewidth=1, label=named)
    axes.axhline(0, color=NEUTRAL, linewidth=0.5)
    axes.set(xlabel="environment steps (thousands)", ylim=(-1.05, 1.05))
    return axes


def page(curves: dict[str, pd.DataFrame]) -> Figure:
    """A panel for each recipe; `curves` by the name of their run."""
    figure = page_of_recipes(
        curves, draw, "{recipe}, {runs} of PPO", "over the episodes of an update"
    )
    figure.axes[0].legend(loc="lower right")
    return figure
