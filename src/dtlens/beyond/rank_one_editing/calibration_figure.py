"""Calibration with and without an edit that makes a model wait in front of the goal."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.arms import TITLES
from dtlens.beyond.attainable_returns.figure import draw_mean
from dtlens.figures.arms import counted
from dtlens.figures.style import NEUTRAL, Style, legend_below, new_figure, series

STRENGTHS = ["#0072B2", "#56B4E9", "#E69F00"]  # from the strongest
ARMS = ["study", "index", "one_hot"]


def draw_curves(rows: pd.DataFrame, axes: Axes) -> Axes:
    """The mean return by what is told, as the models are and edited in W_out."""
    ideal: Style = {"color": NEUTRAL, "linestyle": ":", "linewidth": 1}
    told = rows["rtg"].unique()
    axes.plot(told, told, label="what is told", **ideal)
    draw_mean(rows[rows["place"] == "none"], axes, NEUTRAL, "as it is")
    edited = rows[rows["place"] == "W_out"].groupby("wanted")
    for colour, (wanted, of_edit) in zip(series(STRENGTHS, edited.ngroups), edited, strict=True):
        draw_mean(of_edit, axes, colour, f"edited, P(forward) to {wanted:g}")
    axes.set(xlabel="target reward-to-go", ylim=(-0.35, 1.05))
    return axes


def page(table: pd.DataFrame) -> Figure:
    """A panel for each arm. Table rank_one_editing_returns: arm, place, wanted, rtg, value, low,
    high, n."""
    figure, axes = new_figure(1, len(ARMS), 4.0 * len(ARMS), 4.2, "row")
    for panel, arm in zip(axes, ARMS, strict=True):
        rows = table[table["arm"] == arm].sort_values(["place", "rtg"])
        models = counted(int(rows["n"].max()), "model")
        draw_curves(rows, panel).set_title(f"{TITLES[arm]} ({models})")
    axes[0].set_ylabel("mean return")
    legend_below(figure, axes[:1])
    figure.suptitle("One edit to wait until it is time (bands: 95% over models)")
    return figure
