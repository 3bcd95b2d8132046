"""PPO's mean return and success against environment steps."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.figures.style import NEUTRAL, OUTCOME_COLOURS, new_figure


def draw(curve: pd.DataFrame, axes: Axes) -> Axes:
    """`curve` as written by train_ppo: step, mean_return, success."""
    steps = curve["step"] / 1000
    axes.plot(steps, curve["mean_return"], color=NEUTRAL, label="mean return")
    axes.plot(steps, curve["success"], color=OUTCOME_COLOURS["goal"], label="share reaching goal")
    axes.axhline(0, color=NEUTRAL, linewidth=0.5)
    axes.set(
        title="PPO learns the task",
        xlabel="environment steps (thousands)",
        ylabel="over the episodes of an update",
        ylim=(-1.05, 1.05),
    )
    axes.legend(loc="lower right")
    return axes


def page(curve: pd.DataFrame) -> Figure:
    """One panel; `curve` as in `draw`."""
    figure, (panel,) = new_figure(1, 1, 6, 3.5)
    draw(curve, panel)
    return figure
