"""The neurons that change the preference for forward over right most."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.figures.pairs import request
from dtlens.figures.style import NEUTRAL, PREFERENCE, SERIES, bars, new_figure, words
from dtlens.task.dynamic_obstacles import SWITCHED


def draw(table: pd.DataFrame, axes: Axes) -> Axes:
    """One bar with its 95% interval for each neuron, and its share of the whole MLP's change.

    `table` holds the rows of one pair, front object and reward-to-go of the table of neurons.
    """
    places = np.arange(len(table))
    axes.barh(places, table["value"], xerr=bars(table), color=SERIES[2], ecolor=NEUTRAL)
    names = [f"L{row.layer}N{row.neuron} ({row.share:.0%})" for row in table.itertuples()]
    axes.set_yticks(places, names)
    axes.invert_yaxis()  # the first on top
    axes.axvline(0, color=NEUTRAL, linewidth=0.8)
    axes.set(xlabel=f"change in {PREFERENCE}")
    return axes


def page(name: str, table: pd.DataFrame) -> Figure:
    """The neurons behind refusing what the reward-to-go forbids: a panel for each such object.

    `table` is the table of neurons of the model `name`: pair, front, rtg, layer, neuron, total,
    value, low, high, share.
    """
    told = table[table["pair"] == "rtg"]
    ends = {"low": told["rtg"].min(), "high": told["rtg"].max()}
    figure, axes = new_figure(1, len(SWITCHED), 9, 4)
    for panel, (front, end) in zip(axes, SWITCHED.items(), strict=True):
        rows = told[(told["front"] == front) & (told["rtg"] == ends[end])]
        draw(rows, panel)
        whole = rows["total"].drop_duplicates().sum()
        panel.set_title(
            f"{words(front)} in front\n{request(told, ends[end])}\n"
            f"MLP {whole:+.1f} logits, {rows['value'].sum() / whole:.0%} in these neurons"
        )
    figure.suptitle(f"{name}: neurons behind refusals (black: 95% intervals)")
    return figure
