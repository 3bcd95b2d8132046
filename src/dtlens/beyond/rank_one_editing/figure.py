"""Rank-1 edits: what they change where nothing should change, and how play goes with them."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.arms import TITLES
from dtlens.figures.arms import COLOURS, MARKERS
from dtlens.figures.style import (
    NEUTRAL,
    OUTCOME_COLOURS,
    Style,
    bars,
    legend_below,
    new_figure,
    words,
)

RANDOM = "random"
ARMS = ["study", "index", "one_hot"]
# Of each edit the rooms, and what is told, in which it should be seen.
OWN = {
    "refuse what is in the way, told -1": ("trained", -1.0),
    "enter the goal, told 0": ("trained", 0.0),
    "enter a goal off the walls": ("goal off the walls", 0.9),
    "refuse what is in the way, red": ("red obstacles", 0.9),
}


def row_names(table: pd.DataFrame) -> list[str]:
    """Places, and random keys in one of them."""
    keys = table[["place", "key"]].drop_duplicates().to_numpy().tolist()
    return [f"{place}, random keys" if key == RANDOM else place for place, key in keys]


def draw_divergence(table: pd.DataFrame, names: list[str], axes: Axes) -> Axes:
    """An edit's divergence in other states, a row a place, by arm."""
    for index, arm in enumerate(ARMS):
        rows = table[(table["arm"] == arm) & table["value"].notna()]
        at = [names.index(name) + 0.2 * (index - 1) for name in (row_names(rows))]
        style: Style = {"color": COLOURS[arm], "markersize": 5, "fmt": MARKERS[arm]}
        axes.errorbar(
            rows["value"], at, xerr=bars(rows), label=TITLES[arm], elinewidth=0.8, **style
        )
    axes.set(xscale="log", xlim=(1e-4, 1e3), ylim=(len(names) - 0.5, -0.5))
    axes.set_yticks([])
    axes.set_xticks([1e-4, 1e-2, 1, 100])
    axes.set_xlabel("divergence elsewhere, nats")
    return axes


def page(table: pd.DataFrame) -> Figure:
    """A panel for each edit.

    Table rank_one_editing: arm, edit, place, key, measure, value, low, high.
    """
    rows = table[table["measure"].eq("divergence") & table["edit"].isin(list(OWN))]
    names = row_names(rows)
    edits = [edit for edit in OWN if edit in set(rows["edit"])]
    figure, axes = new_figure(1, len(edits), 3.7 * len(edits), 4.2)
    for panel, edit in zip(axes, edits, strict=True):
        draw_divergence(rows[rows["edit"] == edit], names, panel).set_title(edit)
    axes[0].set_yticks(range(len(names)), names)
    axes[0].tick_params(left=False)
    legend_below(figure, axes[:1])
    figure.suptitle("What an edit of the same effect changes where nothing should change")
    return figure


def draw_play(table: pd.DataFrame, order: list[str], axes: Axes) -> Axes:
    """How episodes end, stacked, as the model is and edited in each place, in this order; nothing
    where there is no such edit."""
    ends = table.pivot_table(index="place", columns="event", values="value", sort=False)
    ends = ends.reindex(order).fillna(0.0)
    left = pd.Series(0.0, index=ends.index)
    names = ["unedited" if place == "none" else str(place) for place in ends.index]
    for event, colour in OUTCOME_COLOURS.items():
        axes.barh(names, ends[event], left=left, color=colour, label=words(event))
        left += ends[event]
    axes.set(xlim=(0, 1))
    axes.invert_yaxis()
    axes.axvline(1, color=NEUTRAL, linewidth=0.5)
    return axes


def play_page(table: pd.DataFrame) -> Figure:
    """A row for each arm, a column for each edit, in the rooms that it is for.

    Table rank_one_editing_play: arm, edit, place, kind, rtg, event, value.
    """
    edits = [edit for edit in OWN if edit in set(table["edit"])]
    figure, axes = new_figure(len(ARMS), len(edits), 3.7 * len(edits), 2.1 * len(ARMS) + 1)
    places = [(arm, edit) for arm in ARMS for edit in edits]
    for panel, (arm, edit) in zip(axes, places, strict=True):
        kind, rtg = OWN[edit]
        rows = table[(table["arm"] == arm) & (table["kind"] == kind) & (table["rtg"] == rtg)]
        draw_play(rows[rows["edit"].isin([edit, "none"])], list(table["place"].unique()), panel)
        if arm == ARMS[0]:
            panel.set_title(f"{edit}\n(rooms: {kind})")
        if edit == edits[0]:
            panel.set_ylabel(TITLES[arm])
        else:
            panel.set_yticks([])
    legend_below(figure, axes[:1])
    figure.suptitle("Edits judged in play: how episodes end, mean over models")
    return figure
