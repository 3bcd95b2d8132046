"""Contributions to the preference for forward over right (figure 3 of the study)."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dtlens.figures.style import FRONT_COLOURS, words


def draw(table: pd.DataFrame, axes: Axes) -> Axes:
    """Mean contribution of each component, by the object in front, with 95% intervals.

    `table` holds the rows of one reward-to-go of the attribution table.
    """
    components = list(dict.fromkeys(table["component"]))
    for index, (front, colour) in enumerate(FRONT_COLOURS.items()):
        rows = table[table["front"] == front].set_index("component").loc[components]
        axes.barh(
            np.arange(len(components)) + (index - 2) * 0.16,
            rows["value"],
            xerr=[rows["value"] - rows["low"], rows["high"] - rows["value"]],
            height=0.16,
            color=colour,
            error_kw={"linewidth": 0.8},
            label=words(front),
        )
    axes.axvline(0, color="#444444", linewidth=0.8)
    axes.set_yticks(range(len(components)), components)
    axes.set_ylim(len(components) - 0.5, -0.5)
    return axes
