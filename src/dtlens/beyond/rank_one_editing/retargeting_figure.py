"""Where models go that are sent to a cell, as maps of the room."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from seaborn import heatmap

from dtlens.figures.style import new_figure
from dtlens.task.dynamic_obstacles import SIZE

PANELS = {
    ("none", "shown"): "a goal shown there, as it is",
    ("none", "reached"): "no goal, as it is",
    ("random", "reached"): "no goal, random edit",
    ("to others", "reached"): "no goal, sent to another cell",
    ("to it", "reached"): "no goal, sent there",
    ("untrained", "reached"): "no goal, untrained, sent there",
}


def draw_map(rows: pd.DataFrame, axes: Axes) -> None:
    """The room's cells: what holds of one holds of the three that look like it."""
    inside, values = SIZE - 2, rows.set_index("cell")["value"]
    quarter = np.zeros((inside // 2, inside // 2))
    for cell, value in values.items():
        x, y = map(int, str(cell).split())
        quarter[y - 1, x - 1] = value
    top = np.hstack([quarter, np.rot90(quarter, -1)])
    room = np.vstack([top, np.rot90(top, 2)])
    style = {"vmin": 0, "vmax": 1, "cmap": "cividis", "cbar": False, "square": True}
    heatmap(room, ax=axes, annot=True, fmt=".2f", annot_kws={"fontsize": 7}, **style)
    axes.set(xticks=[], yticks=[])


def page(table: pd.DataFrame) -> Figure:
    """A row for each dose, a column for each of `PANELS`: the share of episodes that reach a cell.

    `table` has dose, places, cell, edit, event, value.
    """
    doses = table.drop_duplicates("dose").sort_values("places")
    figure, axes = new_figure(len(doses), len(PANELS), 2.6 * len(PANELS), 2.8 * len(doses))
    starts = range(0, len(axes), len(PANELS))
    for start, dose, places in zip(starts, doses["dose"], doses["places"], strict=True):
        row = axes[start : start + len(PANELS)]
        for panel, ((edit, event), title) in zip(row, PANELS.items(), strict=True):
            of = table["edit"].eq(edit) & table["event"].eq(event) & table["dose"].eq(dose)
            draw_map(table[of & table["cell"].ne("all")], panel)
            panel.set_title(title if start == 0 else "")
        models = f"{places} place{'s' * (places > 1)}"
        row[0].set_ylabel(f"goal in {models}\nin training")
    figure.suptitle("Share of episodes that reach a cell, or one that looks like it")
    return figure
