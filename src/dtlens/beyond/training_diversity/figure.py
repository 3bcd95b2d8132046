"""What rooms of training that differ more make of models and of agents."""

import pandas as pd
from matplotlib.figure import Figure

from dtlens.figures.style import BLUE, NEUTRAL, PALE, Style, bars, legend_below, new_figure

PANELS = {
    ("trained", "goal"): "reaches the goal in its corner",
    ("goal off the walls", "goal"): "reaches a goal off the walls",
    ("unseen colours", "obstacle"): "collides with unseen colours",
    ("scenes", "off_front_ratio"): "state embedding off the front cell,\nof an untrained model's",
    ("scenes", "front_share"): "front cell's share\nof what cells do to F-R",
}
PLAYERS = {"model": ("o", NEUTRAL, -0.1), "agent": ("s", BLUE, 0.1)}


def page(table: pd.DataFrame) -> Figure:
    """A panel for each of `PANELS`, doses from left to right: means over models, and over agents.

    `table` has dose, places, colours, player, kind, event, value, low, high.
    """
    doses = table.drop_duplicates("dose").sort_values(["colours", "places"])
    names = [
        f"{places} place{'s' * (places > 1)}\n{colours} colour{'s' * (colours > 1)}"
        for places, colours in zip(doses["places"], doses["colours"], strict=True)
    ]
    figure, axes = new_figure(1, len(PANELS), 3.2 * len(PANELS), 4)
    for ((kind, event), title), panel in zip(PANELS.items(), axes, strict=True):
        rows = table[(table["kind"] == kind) & (table["event"] == event)]
        for player, (sign, colour, shift) in PLAYERS.items():
            own = rows[rows["player"] == player].set_index("dose").reindex(doses["dose"])
            if own["value"].notna().any():
                place = [index + shift for index in range(len(own))]
                line: Style = {"fmt": sign, "color": colour, "markersize": 5}
                panel.errorbar(place, own["value"], yerr=bars(own), label=f"{player}s", **line)
        panel.set_xticks(range(len(names)), names, rotation=60)
        panel.set_title(title)
        panel.set_ylim(-0.05, max(1.05, panel.get_ylim()[1]))
        panel.axvline((doses["colours"] == 1).sum() - 0.5, color=PALE)
    legend_below(figure, axes[:1])
    figure.suptitle("Where the goal was in training, and how many colours obstacles had")
    return figure
