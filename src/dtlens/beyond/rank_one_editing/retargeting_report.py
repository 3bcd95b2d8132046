"""The chapter and figure on an edit that sends models to a chosen cell."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from seaborn import heatmap

from dtlens.beyond.text import counted, crossed, numbers
from dtlens.env.dynamic_obstacles import SIZE
from dtlens.report.figures.style import new_figure

ASKED = {
    ("none", "shown"): "as it is, a goal shown in it: reached",
    ("none", "reached"): "no goal; as it is: reached",
    ("to it", "reached"): "edited to go there",
    ("to others", "reached"): "edited to go to another cell",
    ("random", "reached"): "a random edit of the same size",
    ("untrained", "reached"): "an untrained model, edited likewise",
    ("none", "goal"): "a goal anywhere; as it is: reached",
    ("to it", "goal"): "edited to go to the cell",
    ("random", "goal"): "random edit",
    ("untrained", "goal"): "untrained, edited",
    ("to it", "harm"): "no goal; edited: collided",
}


def chapter(table: pd.DataFrame) -> str:
    """Of the table goal_retargeting."""
    cells = table[table["cell"] == "all"]
    doses = cells.drop_duplicates("dose").sort_values("places")
    titles = {
        dose: f"goal in {counted(places, 'place')}"
        for dose, places in doses[["dose", "places"]].itertuples(index=False)
    }
    keys = zip(cells["edit"], cells["event"], strict=True)
    shown = cells.assign(measured=[ASKED.get(key, "") for key in keys])
    order = list(ASKED.values())
    shown = shown[shown["measured"] != ""].sort_values(
        "measured", key=lambda texts: texts.map(order.index), kind="stable"
    )

    most = str(doses["dose"].iloc[-1])
    went = numbers(cells[cells["event"] == "reached"], "dose", "edit")
    seen = numbers(cells[cells["event"] == "goal"], "dose", "edit")
    return f"""## Sent to a chosen cell

Without a goal a room looks the same after a quarter turn, so that a cell can be told from all but
the three that look like it: of the 36 cells there are 9 such fours. One edit for each, in the MLP's
W_out alone and of rank 2, is the least-squares map from the hidden units to what the model itself
answers when a goal is put in the nearest of the four, and to no change where a goal is seen. Then
models play in rooms without a goal, from anywhere; reached is the share of the episodes in which
the agent is in one of the four within the steps that there are.
[Figure](figures/goal_retargeting.png).

Index models that learned with the goal in {titles[most].removeprefix("goal in ")} reach the cell in
{went(most, "to it")} of the episodes when they are sent there, in the mean over the cells; in
{went(most, "to others")} when they are sent to another, in {went(most, "none")} as they are, and in
{went(most, "random")} with a random edit of the same size. A goal that is shown anywhere they still
reach in {seen(most, "to it")} of the episodes (before, {seen(most, "none")}).

But that is no proof of a target inside the model that the edit sets. The same edit of an untrained
model, fitted to the trained one's answers, goes to the cell in {went(most, "untrained")}: a linear
map from as many hidden units of any kind says where to go in a room without a goal. What the edit
needs is the answers: models that learned with the goal in its corner go in {went("ours", "to it")}
when they are sent ({went("ours", "none")} as they are), for they do not go to a goal that is
elsewhere. What it leaves, and the answers do not teach the untrained model so, is to go to a goal
that is seen ({seen(most, "untrained")}).

{crossed(shown, "measured", "dose", titles)}
"""


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
        row[0].set_ylabel(f"goal in {counted(places, 'place')}\nin training")
    figure.suptitle("Share of episodes that reach a cell, or one that looks like it")
    return figure
