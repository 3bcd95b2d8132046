"""What a model does with one component replaced by its mean (figure 7 of the study)."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dtlens.figures.style import SERIES, words


def draw(table: pd.DataFrame, axes: Axes) -> Axes:
    """One point with its 95% interval for each event and component.

    `table` holds the rows of one kind of evidence, reward-to-go and reference of the ablation
    table, the whole model's (component "none") among them.
    """
    components = list(dict.fromkeys(table["component"]))
    events = list(dict.fromkeys(table["event"]))
    for index, component in enumerate(components):
        rows = table[table["component"] == component].set_index("event").loc[events]
        offset = (index - (len(components) - 1) / 2) * 0.7 / len(components)
        axes.errorbar(
            np.arange(len(events)) + offset,
            rows["value"],
            yerr=[rows["value"] - rows["low"], rows["high"] - rows["value"]],
            fmt="o",
            markersize=5,
            color=SERIES[index],
            label="whole model" if component == "none" else f"without {component}",
        )
    axes.set_xticks(
        range(len(events)), [words(event).replace(" from ", "\nfrom ") for event in events]
    )
    axes.set(ylim=(-0.03, 1.03))
    axes.set_xlim(-0.5, len(events) - 0.5)
    for boundary in range(1, len(events)):
        axes.axvline(boundary - 0.5, color="#dddddd", linewidth=0.8)
    return axes
