"""What changes in the model with the reward-to-go asked for, in placed scenes."""

from itertools import cycle
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.figures.style import FRONT_COLOURS, NEUTRAL, PREFERENCE, SERIES, new_figure, words
from dtlens.task.dynamic_obstacles import SWITCHED

SHOWN = [*SWITCHED, "wall"]  # front objects whose contributions have a panel
REQUEST = "reward-to-go asked for"
BESIDE: dict[str, Any] = {"loc": "center left", "bbox_to_anchor": (1, 0.5)}
LEFT_OUT = ["time", "position", "b_O", "b_out", "b_U"]  # the same whatever is asked or in front


def draw_contributions(table: pd.DataFrame, axes: Axes) -> Axes:
    """Each component's mean part in forward minus right, and their sum (the study's figure 3).

    `table` holds the rows of one front object of the scan. Time, position and biases are in the
    sum alone.
    """
    rows = table[table["measure"] == "contribution"]
    parts = rows.pivot_table(index="rtg", columns="component", values="value", sort=False)
    total = parts.pop("total")
    axes.axhline(0, color="#bbbbbb", linewidth=0.8)
    shown = parts.drop(columns=LEFT_OUT, errors="ignore")
    for name, colour in zip(shown, cycle(SERIES[1:]), strict=False):
        axes.plot(shown[name], color=colour, label=name)
    axes.plot(total, color=NEUTRAL, linewidth=2.5, label="sum, all parts")
    axes.set(xlabel=REQUEST, ylabel=f"part in {PREFERENCE}", xlim=(-1, 1))
    axes.legend(**BESIDE)
    return axes


def draw_attention(table: pd.DataFrame, axes: Axes) -> Axes:
    """Each head's mean attention from the state to the reward-to-go, by the object in front."""
    rows = table[table["measure"] == "attention"].rename(columns={"component": "head"})
    _by_front(rows, axes, style="head")
    axes.set(ylabel="attention to the reward-to-go")
    return axes


def draw_probability(table: pd.DataFrame, axes: Axes) -> Axes:
    """Mean P(forward) by the object in front; 1/3 is no preference."""
    axes.axhline(1 / 3, color="#bbbbbb", linewidth=0.8)
    _by_front(table[table["measure"] == "probability"], axes)
    axes.set(ylabel="P(forward)")
    return axes


def _by_front(rows: pd.DataFrame, axes: Axes, style: str | None = None) -> None:
    sns.lineplot(
        rows.assign(front=rows["front"].map(words)).rename(columns={"front": "in front"}),
        x="rtg",
        y="value",
        hue="in front",
        style=style,
        palette={words(front): colour for front, colour in FRONT_COLOURS.items()},
        errorbar=None,
        ax=axes,
    )
    axes.set(xlabel=REQUEST, xlim=(-1, 1), ylim=(-0.03, 1.03))
    axes.legend(**BESIDE)


def page(name: str, table: pd.DataFrame) -> Figure:
    """Contributions with an object of each kind in front; below, P(forward) and attention.

    `table` is the scan table of the model `name`: rtg, front, measure, component, value.
    """
    figure, axes = new_figure(2, len(SHOWN), 11, 6.4)
    contributions, (probability, attended, spare) = axes[: len(SHOWN)], axes[len(SHOWN) :]
    for panel, front in zip(contributions, SHOWN, strict=True):
        draw_contributions(table[table["front"] == front], panel)
        panel.set_title(f"{words(front)} in front")
        if front != SHOWN[0]:
            panel.set_ylabel("")
    draw_probability(table, probability)
    draw_attention(table, attended)
    spare.set_axis_off()
    for panel, title, x in ((contributions[0], "upper row", 0.0), (attended, "lower row", 0.5)):
        handles, labels = panel.get_legend_handles_labels()
        place = {"bbox_to_anchor": (x, 1), "bbox_transform": spare.transAxes}
        figure.legend(handles, labels, loc="upper left", title=title, **place)
    for panel in figure.axes:
        if legend := panel.get_legend():
            legend.remove()
    figure.suptitle(f"{name}: what the reward-to-go asked for changes (placed scenes)")
    return figure
