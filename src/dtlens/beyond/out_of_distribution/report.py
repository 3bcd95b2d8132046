"""The chapter and figures on rooms that no model has learned from."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from dtlens.beyond.drawing import OF_ARMS, Styles, page_of_means
from dtlens.beyond.text import crossed, numbers
from dtlens.report.arms import TITLES

AGENTS = {"agents_ours": "our agents", "agents_study": "the study's agents"}
PLAYERS = TITLES | AGENTS | {"chance": "random play"}
OFF = "goal off the walls"


def chapter(table: pd.DataFrame) -> str:
    """From the table `out_of_distribution.csv`."""
    play = table[table["evidence"] == "play"]
    whole = play[play["ablated"] == "none"]
    scenes = table[table["evidence"] == "scene"]
    ablated = play[play["kind"] == OFF]
    share, part = (numbers(rows, "arm", "kind", "event") for rows in (whole, scenes))
    lines = [
        "## What was learned in place of the goal",
        "",
        "Models told 0.9, and agents, play in rooms that differ in one thing from those that they",
        "learned from. They take the likeliest action. [Figure](figures/out_of_distribution.png).",
        "",
        f"A goal off the walls is reached in {share('index', OFF, 'goal')} of the episodes by our"
        f" recipe's index models, in {share('one_hot', OFF, 'goal')} by its one-hot models, in"
        f" {share('study', OFF, 'goal')} by the study's and in {share('agents_ours', OFF, 'goal')}"
        " by our agents; one in the corner of training in"
        f" {share('index', 'trained', 'goal')}, {share('one_hot', 'trained', 'goal')},"
        f" {share('study', 'trained', 'goal')} and {share('agents_ours', 'trained', 'goal')}."
        " While the goal is off the walls, our index models stand at them in"
        f" {share('index', OFF, 'at_walls')} of their steps, and in the old corner (3 of the 20"
        f" cells at walls) in {share('index', OFF, 'in_corner')}: they go round rather than wait.",
        "",
        "Red obstacles are walked into in"
        f" {share('index', 'red obstacles', 'obstacle')} of the episodes by index models, in"
        f" {share('one_hot', 'red obstacles', 'obstacle')} by one-hot ones and in"
        f" {share('agents_ours', 'red obstacles', 'obstacle')} by the agents, who see no colour;"
        f" eight blue ones in {share('index', 'eight obstacles', 'obstacle')},"
        f" {share('one_hot', 'eight obstacles', 'obstacle')} and"
        f" {share('agents_ours', 'eight obstacles', 'obstacle')}.",
        "",
        "Share of the episodes that reach a goal (last column: random play):",
        "",
        crossed(with_chance(whole[whole["event"] == "goal"], "kind"), "kind", "arm", PLAYERS),
        "",
        "Share that collides with an obstacle:",
        "",
        crossed(with_chance(whole[whole["event"] == "obstacle"], "kind"), "kind", "arm", PLAYERS),
        "",
        "**What carries it?** [Figure](figures/causal_roles.png). With a goal in front, F-R of our"
        f" index models is {part('index', 'goal in its corner', 'F-R')} where it is in its corner"
        f" and {part('index', OFF, 'F-R')} where it is off the walls; of the latter the MLP gives"
        f" {part('index', OFF, 'MLP')}, the heads {part('index', OFF, 'heads')} and the state token"
        f" itself {part('index', OFF, 'state token')}. One-hot:"
        f" {part('one_hot', OFF, 'F-R')}, of it the MLP {part('one_hot', OFF, 'MLP')}, the heads"
        f" {part('one_hot', OFF, 'heads')}, the state token {part('one_hot', OFF, 'state token')}."
        " Taking the MLP or the heads away, their mean in their place, and playing on shows whether"
        " the part is all there is to it. Where the goal is off the walls it is then reached in:",
        "",
        crossed(ablated[ablated["event"] == "goal"], "ablated", "arm", TITLES),
        "",
        "and these shares of the steps are beside a wall:",
        "",
        crossed(ablated[ablated["event"] == "at_walls"], "ablated", "arm", TITLES),
        "",
    ]
    return "\n".join(lines)


def with_chance(rows: pd.DataFrame, *labels: str) -> pd.DataFrame:
    """Arms, and chance as one more, of each of the labels once."""
    chance = rows.drop_duplicates(labels)
    chance = chance.assign(arm="chance", value=chance["chance"], low=np.nan, high=np.nan)
    return pd.concat([rows, chance])


EVENTS = {
    "goal": "reaches a goal",
    "obstacle": "collides with an obstacle",
    "at_walls": "steps beside a wall",
    "in_corner": "steps in the bottom\nright corner",
}
STYLES: Styles = OF_ARMS | {
    AGENTS["agents_ours"]: {"color": "#0072B2", "fmt": "P"},
    AGENTS["agents_study"]: {"color": "#56B4E9", "fmt": "<"},
    PLAYERS["chance"]: {"color": "#444444", "fmt": "|", "markersize": 8},
}
WITHOUT = [("trained", "goal"), (OFF, "goal"), (OFF, "at_walls"), ("no goal", "at_walls")]


def page(table: pd.DataFrame) -> Figure:
    """A panel for each of `EVENTS`, a row for each kind of room: shares over an arm's players."""
    whole = table[(table["evidence"] == "play") & (table["ablated"] == "none")]
    rows = with_chance(whole.assign(panel=whole["event"], group=whole["kind"]), "panel", "group")
    rows = rows.assign(series=rows["arm"].map(PLAYERS))
    title = "Target return 0.9 in other rooms: shares of episodes and of steps, means over players"
    return page_of_means(rows, EVENTS, STYLES, title)


def roles_page(table: pd.DataFrame) -> Figure:
    """Above, play of ablated models; below, each part of F-R where a goal is in front."""
    models = table[~table["arm"].isin(list(AGENTS))]
    play, scenes = (models[models["evidence"] == what] for what in ("play", "scene"))
    play = play.assign(panel=play["kind"] + ", " + play["event"], group=play["ablated"])
    scenes = scenes.assign(panel=scenes["kind"], group=scenes["event"])
    panels = {f"{kind}, {event}": f"{kind}:\n{EVENTS[event]}" for kind, event in WITHOUT}
    panels |= {kind: f"{kind}\nin front: part in F-R" for kind in scenes["kind"].unique()}
    both = pd.concat([play, scenes[scenes["event"] != "forward"]])
    rows = with_chance(both, "panel", "group")
    rows = rows.assign(series=rows["arm"].map(PLAYERS))
    title = "What of a model goes along the walls, and what refuses a goal off them?"
    return page_of_means(rows, panels, STYLES, title, columns=len(WITHOUT))
