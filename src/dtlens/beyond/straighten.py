"""The chapter on an edit that should straighten the calibration."""

import pandas as pd

from dtlens.arms import RECIPE, TITLES
from dtlens.beyond.text import markdown, number

ARMS = {arm: TITLES[arm] for arm in (RECIPE, "index", "one_hot")}
WAYS = {"as_told": "as it is", "re_asked": "as it is, asked again through its curve"}
PLAYED = {"least squares": "as_told"}  # random keys are not
ERRORS = {"mean": "error of the mean return", "episode": "error of episodes"}


def chapter(table: pd.DataFrame) -> str:
    """Of the table straighten."""
    rows = []
    for arm, name in ARMS.items():
        for (place, key), scenes in table[table["arm"] == arm].groupby(
            ["place", "key"], sort=False
        ):
            if place != "none" and key == "as_told":
                continue  # an edit in play, which stands beside the same in scenes
            told = {"arm": arm, "place": str(place), "key": PLAYED.get(str(key), str(key))}
            change = f"{number(scenes, measure='before')} to {number(scenes, measure='after')}"
            row = {
                "models": name,
                "model": WAYS.get(str(key), f"{place}, {key} key" + "s" * (key == "random")),
                "P(forward), too early": "" if place == "none" else change,
                "divergence": number(scenes, measure="divergence"),
            }
            for measure, title in ERRORS.items():
                row[title] = number(table, digits=3, measure=measure, **told)
            rows.append(row)
    texts = pd.DataFrame(rows).replace("none", "")
    plain, edited = (
        {"arm": "index", "place": place, "key": "as_told"} for place in ("none", "W_out")
    )
    return f"""## A calibration straightened by an edit

Told a target between, a model should turn away from the goal while entering it would return more,
as an agent that waits does. One rank-1 edit makes it: its target states have the goal in front too
early for what is told, and P(forward) there is brought as low as by the edits above; what should
stay is the goal in front when it is time, other things in front told the same, and everything told
-1 and 0. Errors are root mean squares over the targets from 0.2 to 0.9, of the mean return and of
episodes, as they are for re-asking.

The edit of W_out brings our index models' error of episodes from
{number(table, digits=3, measure="episode", **plain)} to
{number(table, digits=3, measure="episode", **edited)}, that of the mean return from
{number(table, digits=3, measure="mean", **plain)} to
{number(table, digits=3, measure="mean", **edited)}.

{markdown(texts)}

![What edited models return](figures/straighten.png)
"""
