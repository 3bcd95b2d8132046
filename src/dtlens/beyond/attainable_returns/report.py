"""The chapters and figures on targets: which can be met, which are, and two comments."""

import pandas as pd
from matplotlib.figure import Figure

from dtlens.beyond.drawing import ENCODINGS, Styles, page_of_curves, page_of_means
from dtlens.beyond.text import ERRORS, markdown, number
from dtlens.report.arms import MIXED, REPLICA, TITLES
from dtlens.report.figures.arms import COLOURS

ARMS = {arm: TITLES[arm] for arm in (REPLICA, "index", "one_hot", *MIXED)}


def chapter(table: pd.DataFrame) -> str:
    """Of the table attainable_returns."""
    rows = []
    for (models, encoding, dose, way), group in table.groupby(
        ["models", "encoding", "dose", "way"], sort=False, dropna=False
    ):
        name = ARMS.get(str(models), str(models))
        if models == "delayed goal":
            name = f"{dose:,} episodes of the delayed-goal agent, {encoding}"
        way_said = {"as_told": "", "re_asked": ", asked again through its curve"}[str(way)]
        errors = {
            f"error of {what}": number(group, digits=3, error=error)
            for error, what in (("mean", "the mean return"), ("episode", "episodes"))
        }
        rows.append({"players": name + way_said} | errors)
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


DOSES = ["#BBBBBB", "#FEC44F", "#EC7014", "#8C2D04"]  # from none
BEST = "the best there is, one sd of episodes"
WAYS = {"as_told": "as told", "re_asked": "asked again through its curve"}


def page(table: pd.DataFrame) -> Figure:
    """Both errors by the dose of delayed-goal episodes, beside what models are compared with."""
    rows = table[table["models"].isin([*ENCODINGS, "delayed goal"])].sort_values("dose")
    names = rows["encoding"].map(ENCODINGS) + ", " + rows["way"].map(WAYS)
    dose = rows["dose"].map("{:,} delayed-goal episodes".format)
    styles: Styles = {
        f"{said}, {way}": {"color": COLOURS[encoding]} | ({} if way == "as told" else {"mfc": "w"})
        for encoding, said in ENCODINGS.items()
        for way in WAYS.values()
    }
    others = table[table["models"].isin(["one return for all", "the delayed-goal agent"])]
    styles["not a model"] = {"color": "#444444", "fmt": "D"}
    others = others.assign(panel=others["error"], group=others["models"], series="not a model")
    shown = pd.concat([others, rows.assign(panel=rows["error"], group=dose, series=names)])
    figure = page_of_means(shown, ERRORS, styles, "What it takes that a target is met")
    for panel in figure.axes:
        panel.set_xscale("log")
    return figure


def targets_page(table: pd.DataFrame) -> Figure:
    """The best curve there is and those of our recipe's models, by encoding and dose."""
    inside = table[table["rtg"].abs().le(1)]
    own = inside[inside["models"].isin([*ENCODINGS, "delayed goal"])]
    names = own["dose"].map("{:,} delayed-goal episodes".format)
    best = inside[inside["models"] == "any player"].assign(series=BEST)
    shown = [best.assign(panel=encoding) for encoding in ENCODINGS]
    rows = pd.concat([*shown, own.assign(panel=own["encoding"], series=names)])
    doses = names[own["dose"].sort_values().index].unique()
    styles: Styles = {BEST: {"color": "#009E73"}}
    styles |= {name: {"color": colour} for name, colour in zip(doses, DOSES, strict=False)}
    title = "Which targets can be met, and which are (bands: 95% over models)"
    return page_of_curves(rows, ENCODINGS, styles, title)


def beyond_page(targets: pd.DataFrame) -> Figure:
    """A panel for each arm: what models return told more, or less, than any episode returns."""
    rows = targets[targets["models"].isin(list(TITLES))]
    rows = rows.assign(panel=rows["models"], series="mean over models")
    panels = {arm: TITLES[arm] for arm in TITLES if arm in set(rows["models"])}
    title = "Told more, or less, than any episode returns (bands: 95% over models)"
    return page_of_curves(rows, panels, {"mean over models": {"color": "#0072B2"}}, title)
