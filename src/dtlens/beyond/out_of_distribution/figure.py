"""What models and agents do in rooms that they have not learned from, and which part does it."""

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.arms import TITLES
from dtlens.figures.arms import COLOURS, MARKERS
from dtlens.figures.style import NEUTRAL, PALE, Style, bars, legend_below, new_figure, words

AGENTS = {"agents_ours": "our agents", "agents_study": "the study's agents"}
NAMES = TITLES | AGENTS
PAINT = COLOURS | dict(zip(AGENTS, ["#0072B2", "#56B4E9"], strict=True))
SIGNS = MARKERS | dict(zip(AGENTS, "P<", strict=True))
EVENTS = {
    "goal": "reaches a goal",
    "obstacle": "collides with an obstacle",
    "at_walls": "steps beside a wall",
    "in_corner": "steps in the bottom\nright corner",
}
OFF = "goal off the walls"
WITHOUT = [("trained", "goal"), (OFF, "goal"), (OFF, "at_walls"), ("no goal", "at_walls")]
PARTS = ["state token", "heads", "MLP", "F-R"]


def draw(table: pd.DataFrame, axes: Axes, group: str, groups: list[str]) -> Axes:
    """An arm's mean with its interval in each of `groups` (values of the column `group`), side by
    side in its colour; a dotted line where chance leads."""
    arms = [arm for arm in NAMES if arm in set(table["arm"])]
    for index, arm in enumerate(arms):
        rows = table[table["arm"] == arm].set_index(group).reindex(groups)
        place = np.arange(len(groups)) + 0.8 * ((index + 0.5) / len(arms) - 0.5)
        line: Style = {"fmt": SIGNS[arm], "color": PAINT[arm], "markersize": 5, "linewidth": 1}
        axes.errorbar(place, rows["value"], yerr=bars(rows), label=NAMES[arm], **line)
    chance = table.drop_duplicates(group).set_index(group)["chance"].reindex(groups)
    for at, value in enumerate(chance):
        axes.plot([at - 0.45, at + 0.45], [value] * 2, ":", color=NEUTRAL, linewidth=1)
    axes.plot([], [], ":", color=NEUTRAL, label="random play")
    axes.set_xticks(range(len(groups)), [words(name) for name in groups])
    axes.set_xlim(-0.5, len(groups) - 0.5)
    for boundary in range(1, len(groups)):
        axes.axvline(boundary - 0.5, color=PALE, linewidth=0.8)
    return axes


def page(table: pd.DataFrame) -> Figure:
    """A row for each of `EVENTS`, a column for each kind of room: shares over an arm's players.

    `table` has arm, evidence, kind, ablated, event, value, low, high, chance.
    """
    whole = table[(table["evidence"] == "play") & (table["ablated"] == "none")]
    kinds = list(whole["kind"].unique())
    figure, axes = new_figure(len(EVENTS), 1, 14, 2.2 * len(EVENTS) + 1)
    for (event, title), panel in zip(EVENTS.items(), axes, strict=True):
        draw(whole[whole["event"] == event], panel, "kind", kinds).set_ylabel(title)
        panel.set_ylim(-0.05, 0.35 if event == "in_corner" else 1.05)
        panel.tick_params("x", labelbottom=panel is axes[-1])
    axes[-1].set_xticks(range(len(kinds)), [fill(name, 12) for name in kinds], fontsize="small")
    legend_below(figure, axes[:1], 5)
    figure.suptitle("Told 0.9 in other rooms: shares of episodes and of steps, means over players")
    return figure


def roles_page(table: pd.DataFrame) -> Figure:
    """Above, play of ablated models; below, each part of F-R where a goal is in front."""
    play = table[(table["evidence"] == "play") & ~table["arm"].isin(list(AGENTS))]
    scenes = table[table["evidence"] == "scene"]
    ablated, places = list(play["ablated"].unique()), list(scenes["kind"].unique())
    figure, axes = new_figure(2, len(WITHOUT), 15, 7.5)
    above, below = axes[: len(WITHOUT)], axes[len(WITHOUT) :]
    for (kind, event), panel in zip(WITHOUT, above, strict=True):
        rows = play[(play["kind"] == kind) & (play["event"] == event)]
        draw(rows, panel, "ablated", ablated).set(title=kind, ylim=(-0.05, 1.05))
        panel.set(ylabel=EVENTS[event], xlabel="ablated")
    for kind, panel in zip(places, below, strict=True):
        rows = scenes[scenes["kind"] == kind]
        draw(rows, panel, "event", PARTS).set_title(f"{kind}, in front")
        panel.axhline(0, color=NEUTRAL, linewidth=0.6)
    below[0].set_ylabel("part in F-R")
    legend_below(figure, above[:1], 4)
    figure.suptitle("What of a model goes along the walls, and what refuses a goal off them?")
    return figure
