"""The chapters and figures on rank-1 edits: in scenes, and judged in play."""

import pandas as pd
from matplotlib.figure import Figure

from dtlens.beyond.drawing import OF_ARMS, page_of_means
from dtlens.beyond.text import markdown, number
from dtlens.report.arms import REPLICA, TITLES
from dtlens.report.figures.style import OUTCOME_COLOURS, legend_below, new_figure

TO_WAIT = "wait for the target"  # has a chapter of its own
ARMS = {arm: TITLES[arm] for arm in (REPLICA, "index", "one_hot")}


def chapter(table: pd.DataFrame) -> str:
    """Of the table rank_one_editing: divergence elsewhere by edit and place."""
    rows = []
    table = table[table["edit"] != TO_WAIT]
    for (edit, place, key), group in table.groupby(["edit", "place", "key"], sort=False):
        row = {"edit": str(edit), "place": f"{place}, {key} key" + "s" * (key == "random")}
        for arm, name in ARMS.items():
            of_arm = group[group["arm"] == arm]
            row[f"divergence, {name}"] = (
                f"{number(of_arm, digits=3, measure='divergence')}"
                f" ({number(of_arm, measure='before')} to {number(of_arm, measure='after')})"
                if of_arm.loc[of_arm["measure"] == "after", "n"].sum()
                else "no effect"
            )
        rows.append(row)
    return f"""## Behaviour changed by one rank-1 edit

Where a key is met, a value is added to what one weight writes: least squares finds the key, the
unembedding's pseudo-inverse gives the value, and the scale is the least that has the effect in
target states. Beside the divergence in other states (nats; the less, the better) stands P(forward)
in held-out target states before and after. Random keys of the same effect are the null.

{markdown(pd.DataFrame(rows))}

![Divergence elsewhere](figures/rank_one_editing.png)
"""


def play_chapter(table: pd.DataFrame) -> str:
    """Of the table rank_one_editing_play: what the edits in W_out do in play."""
    rows = []
    for edit in table.loc[table["edit"] != "none", "edit"].unique():
        own = table[(table["edit"] == edit) & (table["place"] == "W_out")]
        for (kind, rtg), group in own.groupby(["kind", "rtg"], sort=False):
            plain = table[table["edit"].eq("none") & table["kind"].eq(kind) & table["rtg"].eq(rtg)]
            for arm, name in ARMS.items():
                row = {"edit": str(edit), "rooms": str(kind), "told": f"{rtg:g}", "models": name}
                for event in group["event"].unique():
                    one = {"arm": arm, "event": event}
                    after = number(group, **one) if (group["arm"] == arm).any() else "no effect"
                    row[str(event)] = f"{number(plain, **one)} to {after}"
                rows.append(row)
    return f"""## Edits in play

An edit that is clean in scenes may do harm in play. How episodes end as the model is, and with the
edit in W_out, in the game's rooms and in those that the edit is for:

{markdown(pd.DataFrame(rows))}

![Edits judged in play](figures/rank_one_editing_play.png)
"""


# Of each edit the rooms, and the target return, in which it should be seen.
OWN = {
    "refuse what is in the way, told -1": ("trained", -1.0),
    "enter the goal, told 0": ("trained", 0.0),
    "enter a goal off the walls": ("goal off the walls", 0.9),
    "refuse what is in the way, red": ("red obstacles", 0.9),
}


def page(table: pd.DataFrame) -> Figure:
    """A panel for each edit, a row a place: the divergence in other states, by arm."""
    rows = table[table["measure"].eq("divergence") & table["arm"].isin(list(ARMS))]
    keys = rows["key"].map({"random": ", random keys"}).fillna("")
    rows = rows.assign(panel=rows["edit"], group=rows["place"] + keys)
    rows = rows.assign(series=rows["arm"].map(TITLES))
    title = "What an edit of the same effect changes where nothing should change (nats)"
    figure = page_of_means(rows, dict(zip(OWN, OWN, strict=True)), OF_ARMS, title)
    for panel in figure.axes:
        panel.set(xscale="log", xlim=(1e-4, 1e3))
    return figure


def play_page(table: pd.DataFrame) -> Figure:
    """A row for each arm, a column for each edit: how episodes end in the rooms that it is for, as
    the models are and edited in each place; nothing where there is no such edit."""
    figure, axes = new_figure(len(ARMS), len(OWN), 3.7 * len(OWN), 2.1 * len(ARMS) + 1)
    places = [(arm, edit) for arm in ARMS for edit in OWN]
    for panel, (arm, edit) in zip(axes, places, strict=True):
        kind, rtg = OWN[edit]
        rows = table[(table["arm"] == arm) & (table["kind"] == kind) & (table["rtg"] == rtg)]
        rows = rows[rows["edit"].isin([edit, "none"])]
        ends = rows.pivot_table(index="place", columns="event", values="value", sort=False)
        ends = ends.reindex(table["place"].unique()).fillna(0.0)[list(OUTCOME_COLOURS)]
        ends.plot.barh(
            stacked=True, color=list(OUTCOME_COLOURS.values()), ax=panel, width=0.8, legend=False
        )
        panel.invert_yaxis()
        panel.set(xlim=(0, 1), ylabel=TITLES[arm], title=f"{edit}\n(rooms: {kind})")
        panel.label_outer()
    legend_below(figure, axes[:1])
    figure.suptitle("Edits judged in play: how episodes end, mean over models")
    return figure
