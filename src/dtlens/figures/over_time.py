"""A measure against the predictions seen in training: a line a run."""

import pandas as pd
from matplotlib.axes import Axes

from dtlens.figures.style import SERIES

STYLES = ["-", "--", ":", "-."]


def draw(table: pd.DataFrame, axes: Axes) -> Axes:
    """One measure of every run: a colour per weight decay, a line style per seed.

    `table` has the columns step, seed, weight_decay and value.
    """
    decays, seeds = sorted(table["weight_decay"].unique()), sorted(table["seed"].unique())
    for (decay, seed), run in table.groupby(["weight_decay", "seed"]):
        axes.plot(
            run["step"],
            run["value"],
            color=SERIES[decays.index(decay)],
            linestyle=STYLES[seeds.index(seed) % len(STYLES)],
            marker=".",
            label=f"weight decay {decay:g}, seed {seed}",
        )
    axes.set_xscale("log")
    return axes
