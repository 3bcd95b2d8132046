"""The chapter on an edit that should straighten the calibration."""

import pandas as pd

from dtlens.arms import RECIPE, TITLES
from dtlens.beyond.text import markdown, number

ARMS = {arm: TITLES[arm] for arm in (RECIPE, "index", "one_hot")}
WAYS = {"as_told": "as it is", "re_asked": "as it is, asked again through its curve"}
EDIT = ["place", "refused", "key"]
PLAYED = {"least squares": "as_told"}  # random keys are not
ERRORS = {"mean": "error of the mean return", "episode": "error of episodes"}


def chapter(table: pd.DataFrame) -> str:
    """Of the table straighten."""
    rows = []
    for arm, name in ARMS.items():
        of_arm = table[table["arm"] == arm]
        for (place, refused, key), scenes in of_arm.groupby(EDIT, sort=False):
            if place != "none" and key == "as_told":
                continue  # an edit in play, which stands beside the same in scenes
            edit = of_arm[(of_arm["place"] == place) & (of_arm["refused"] == refused)]
            played = {"key": PLAYED.get(str(key), str(key))}
            change = f"{number(scenes, measure='before')} to {number(scenes, measure='after')}"
            row = {
                "models": name,
                "model": WAYS.get(str(key), f"{place}, {key} key" + "s" * (key == "random")),
                "P(forward), too early": "" if place == "none" else change,
                "divergence": number(scenes, measure="divergence"),
            }
            for measure, title in ERRORS.items():
                row[title] = number(edit, digits=3, measure=measure, **played)
            rows.append(row)
    texts = pd.DataFrame(rows).replace("none", "")
    ours = table[(table["arm"] == "index") & (table["key"] == "as_told")]
    plain = ours[ours["place"] == "none"]
    by_strength = [
        f"{number(edited, digits=3, measure='episode')} (P(forward) brought to {refused:g}; of the"
        f" mean return {number(edited, digits=3, measure='mean')})"
        for refused, edited in ours[ours["place"] == "W_out"].groupby("refused", sort=False)
    ]
    return f"""## A calibration straightened by an edit

Told a target between, a model should turn away from the goal while entering it would return more,
as an agent that waits does. One rank-1 edit makes it: its target states have the goal in front too
early for what is told, where P(forward) is brought down; what should stay is the goal in front when
it is time, other things in front told the same, and everything told -1 and 0. Errors are root mean
squares over the targets from 0.2 to 0.9, of the mean return and of episodes, as they are for
re-asking.

The error of our index models' episodes is {number(plain, digits=3, measure="episode")} (of the mean
return {number(plain, digits=3, measure="mean")}) as they are, and with the edit of W_out
{", ".join(by_strength)}.

{markdown(texts)}

![What edited models return](figures/straighten.png)
"""
