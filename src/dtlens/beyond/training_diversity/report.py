"""The chapter and figure on rooms of training that differ more."""

import pandas as pd
from matplotlib.figure import Figure

from dtlens.beyond.drawing import Styles, page_of_means
from dtlens.beyond.text import counted, crossed, numbers

OFF = "goal off the walls"
ASKED = {
    ("trained", "goal"): "reach the goal in its corner",
    ("goal off the walls", "goal"): "reach a goal off the walls, not one of the 4 places",
    ("unseen colours", "obstacle"): "collide with obstacles of colours not in training",
    ("scenes", "off_front"): "state embedding's variance off the front cell",
    ("scenes", "off_front_ratio"): "the same, of an untrained model's",
    ("scenes", "front_share"): "front cell's share of what cells do to F-R",
}


def chapter(table: pd.DataFrame) -> str:
    """From the table `training_diversity.csv`."""
    rooms = table.drop_duplicates("dose").sort_values(["colours", "places"])
    titles = {
        dose: f"{counted(places, 'place')}, {counted(colours, 'colour')}"
        for dose, places, colours in rooms[["dose", "places", "colours"]].itertuples(index=False)
    }
    columns = {"more": "value", "more_low": "low", "more_high": "high"}
    more = table.drop(columns=["value", "low", "high"]).rename(columns=columns)
    change, of_agents = (
        numbers(more[more["player"] == player], "dose", "kind", "event")
        for player in ("model", "agent")
    )
    lines = [
        "## Does it generalise if the rooms of training differ?",
        "",
        "Agents by our recipe, and index models of them, learned with the goal in 1, 4 (a corner,"
        " one at a wall, two off the walls) or all 35 places, and obstacles of 1 or 3 colours:"
        " three runs each. No goal off the walls that they are asked about is one of the 4, and no"
        " colour one of the 3. [Figure](figures/training_diversity.png).",
        "",
        "Against the rooms of the game, models of 4 places reach goals off the walls in"
        f" {change('four', OFF, 'goal')} more of the episodes, those of 35 in"
        f" {change('anywhere', OFF, 'goal')}; agents in"
        f" {of_agents('four', OFF, 'goal')} and"
        f" {of_agents('anywhere', OFF, 'goal')}. Three colours change"
        f" collisions with new ones by {change('coloured', 'unseen colours', 'obstacle')}. The"
        " share of the state embedding's variance off the front cell changes with 35 places by"
        f" {change('anywhere', 'scenes', 'off_front')}, the front cell's share of what cells do to"
        f" F-R by {change('anywhere', 'scenes', 'front_share')}.",
        "",
    ]
    for player in ("model", "agent"):
        own = table[table["player"] == player]
        keys = list(zip(own["kind"], own["event"], strict=True))
        own = own.assign(measured=[ASKED.get(key, "") for key in keys])
        shown = own[own["measured"] != ""]
        lines += [f"{player.title()}s:", "", crossed(shown, "measured", "dose", titles), ""]
    return "\n".join(lines)


PANELS = {
    "trained, goal": "reaches the goal in its corner",
    "goal off the walls, goal": "reaches a goal off the walls",
    "unseen colours, obstacle": "collides with unseen colours",
    "scenes, off_front_ratio": "state embedding off the front cell,\nof an untrained model's",
    "scenes, front_share": "front cell's share\nof what cells do to F-R",
}
STYLES: Styles = {"model": {"color": "#444444"}, "agent": {"color": "#0072B2", "fmt": "s"}}


def page(table: pd.DataFrame) -> Figure:
    """A panel for each of `PANELS`, a row a dose: means over models, and over agents."""
    rows = table.sort_values(["colours", "places"], kind="stable")
    names = rows["places"].astype(str) + " places, " + rows["colours"].astype(str) + " colours"
    rows = rows.assign(panel=rows["kind"] + ", " + rows["event"], group=names)
    title = "Where the goal was in training, and how many colours obstacles had"
    return page_of_means(rows.assign(series=rows["player"]), PANELS, STYLES, title)
