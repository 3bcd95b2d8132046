"""What the embeddings of the reward-to-go and of time hold of the preference for an action."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.figures.style import NEUTRAL, PREFERENCE, SERIES, new_figure

DIRECTIONS = {"F-R": "forward - right", "R-L": "right - left"}


def draw_rtg(table: pd.DataFrame, axes: Axes) -> Axes:
    """The RTG embedding on each preference direction, and what 95% of random directions give."""
    axes.axhline(0, color="#bbbbbb", linewidth=0.8)
    axes.bar(
        table["onto"],
        table["null_high"] - table["null_low"],
        bottom=table["null_low"],
        width=0.5,
        color="#dddddd",
        label="95% of random directions",
    )
    axes.plot(table["onto"], table["value"], "o", color=SERIES[1], label="RTG embedding")
    values = zip(table["onto"], table["value"], strict=True)
    names = [f"{DIRECTIONS[onto]}\n{value:+.2g}" for onto, value in values]
    axes.set_xticks(range(len(names)), names)
    axes.set(ylabel="logits per unit of reward-to-go")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2)
    return axes


def draw_time(table: pd.DataFrame, axes: Axes) -> Axes:
    """The time embedding on one preference direction against t, over the share of training steps.

    `table` holds the rows of one direction. Where training saw little, the embedding is little
    more than its initialisation.
    """
    axes.axhline(0, color="#bbbbbb", linewidth=0.8)
    axes.plot(table["t"], table["value"], color=SERIES[1], linewidth=1.2)
    axes.set(xlabel="timestep t", ylabel="logits", xlim=(0, table["t"].max()))
    share = axes.twinx()
    share.fill_between(table["t"], table["share"], color="#dddddd", linewidth=0)
    share.set(yscale="log", ylabel="share of training steps at t (grey)")
    share.spines["right"].set_visible(True)
    share.yaxis.label.set_color(NEUTRAL)
    axes.set_zorder(share.get_zorder() + 1)  # the curve before the share
    axes.patch.set_visible(False)
    return axes


def page(name: str, rtg: pd.DataFrame, time: pd.DataFrame) -> Figure:
    """The RTG embedding on both directions, the time embedding on forward against right.

    Of the model `name`, `rtg` is the table rtg_embedding: onto, value, null_low, null_high; and
    `time` the table time_embedding: t, onto, value, share.
    """
    figure, (left, right) = new_figure(1, 2, 9, 3.6)
    draw_rtg(rtg, left)
    draw_time(time[time["onto"] == "F-R"], right)
    left.set_title("RTG embedding")
    right.set_title(f"time embedding, onto {PREFERENCE}")
    figure.suptitle(f"{name}: preferences that the embeddings hold")
    return figure
