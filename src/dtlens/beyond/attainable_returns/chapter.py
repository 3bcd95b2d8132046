"""The chapters on targets: which can be met, which are, and two comments below the study."""

import pandas as pd

from dtlens.arms import MIXED, RECIPE, TITLES
from dtlens.beyond.text import markdown, number

ARMS = {arm: TITLES[arm] for arm in (RECIPE, "index", "one_hot", *MIXED)}


def chapter(table: pd.DataFrame) -> str:
    """Of the table attainable_returns."""
    rows = []
    for (models, encoding, dose, way), group in table.groupby(
        ["models", "encoding", "dose", "way"], sort=False, dropna=False
    ):
        name = ARMS.get(str(models), str(models))
        if models == "delayed goal":
            name = f"{dose:,} episodes of the delayed-goal agent, {encoding}"
        asked = {"as_told": "", "re_asked": ", asked again through its curve"}[str(way)]
        errors = {
            f"error of {what}": number(group, digits=3, error=error)
            for error, what in (("mean", "the mean return"), ("episode", "episodes"))
        }
        rows.append({"players": name + asked} | errors)
    most = int(table["dose"].max())
    waits: dict[str, str | float] = {"models": "delayed goal", "error": "episode", "dose": most}
    best = number(table, digits=4, models="any player", error="episode")
    agent = number(table, digits=4, models="the delayed-goal agent", error="episode")
    none = number(table, digits=2, models="one return for all", error="episode")
    few = number(table, digits=3, encoding="index", **waits)
    bits = number(table, digits=3, encoding="one_hot", **waits)
    again = {"models": "index", "way": "re_asked"}
    return f"""## Which targets can be met, and what it takes

Between 0.1 and the shortest way's return every target can be met in every episode, within half of
what a step takes (at best {best}; all numbers are root mean squares over targets from 0.2 to 0.9):
an agent that turns away from the goal until it is time is off by {agent}. Who returns the same
whatever is told is off by {none}. Models that learned from {most:,} such episodes beside our
recipe's data are off by {few} (index) and {bits} (one-hot).

Models asked again, through the inverse of their own curve, come nearer in the mean, which says
nothing of their episodes: ours (index) are then off by
{number(table, digits=3, error="mean", **again)} in the mean and by
{number(table, digits=3, error="episode", **again)} in each. A repair must beat this, per episode.

{markdown(pd.DataFrame(rows))}

![Errors against the dose](figures/attainable_returns.png)
"""


def targets_chapter(table: pd.DataFrame) -> str:
    """Of the table targets."""
    arms = table[table["models"].isin(list(ARMS))]
    rows = [
        {"target": f"{rtg:g}"}
        | {
            ARMS[str(arm)]: number(group, rtg=rtg)
            for arm, group in arms.groupby("models", sort=False)
        }
        for rtg in (-3.0, -2.0, 0.2, 0.5, 0.9, 2.0, 3.0)
        if (arms["rtg"] == rtg).any()
    ]
    return f"""## Targets beyond what can be returned

An episode returns -1, 0, or between 0.1 and 0.967. Below 0.1 (but for 0 and -1) a target can be
met in the mean over episodes alone. What models return, told more or less than any episode returns:

{markdown(pd.DataFrame(rows))}

![Curves with and without waiting, and the best there is](figures/targets.png)
![Targets from -3 to 3](figures/extrapolation.png)
"""


def comments_chapter(table: pd.DataFrame) -> str:
    """Of the table comments."""
    rows = [
        {
            "comment": str(comment),
            "number": str(measure),
            **{
                ARMS[str(arm)]: number(of_arm, digits=3)
                for arm, of_arm in group.groupby("arm", sort=False)
            },
        }
        for (comment, measure), group in table.groupby(["comment", "measure"], sort=False)
    ]
    return f"""## Two comments below the study

*Told -1 it is the model told 1 with a left bias.* The bias to the left that explains most of the
divergence between the two policies in placed scenes explains this share of it; `any`: a bias for
each action. *Calibration needs randomness.* The error of the mean return for targets from 0.2 to
0.9, with the likeliest action and with sampled ones.

{markdown(pd.DataFrame(rows))}
"""
