"""The neurons that change the preference for forward over right most."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dtlens.figures.style import NEUTRAL, SERIES, bars


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
    axes.set(xlabel="change in logit(forward) - logit(right)")
    return axes
