"""The chapters on rank-1 edits: in scenes, and judged in play."""

import pandas as pd

from dtlens.arms import RECIPE, TITLES
from dtlens.beyond.text import markdown, number

TO_WAIT = "wait for the target"  # has a chapter of its own
ARMS = {arm: TITLES[arm] for arm in (RECIPE, "index", "one_hot")}


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
