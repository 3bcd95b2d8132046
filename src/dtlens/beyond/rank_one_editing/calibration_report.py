"""The chapter and figure on an edit to wait for the target."""

import pandas as pd
from matplotlib.figure import Figure

from dtlens.beyond.drawing import Styles, page_of_curves
from dtlens.beyond.rank_one_editing.report import TO_WAIT
from dtlens.beyond.text import ERRORS, markdown, number
from dtlens.report.arms import REPLICA, TITLES
from dtlens.report.figures.style import NEUTRAL, series

ARMS = {arm: TITLES[arm] for arm in (REPLICA, "index", "one_hot")}
WAYS = {"as_told": "as it is", "re_asked": "as it is, asked again through its curve"}


def chapter(scenes: pd.DataFrame, errors: pd.DataFrame) -> str:
    """Of the tables rank_one_editing and rank_one_editing_errors."""
    scenes, rows = scenes[scenes["edit"] == TO_WAIT], []
    for arm, name in ARMS.items():
        own = errors[errors["arm"] == arm]
        for way, model in WAYS.items():
            plain = own[own["place"].eq("none") & own["way"].eq(way)]
            rows.append({"models": name, "model": model, "P(forward), too early": ""} | of(plain))
        edits = scenes[scenes["arm"] == arm].groupby(["place", "wanted", "key"], sort=False)
        for (place, wanted, key), edit in edits:
            played = own[(own["place"] == place) & (own["wanted"] == wanted) & (key != "random")]
            row = {
                "models": name,
                "model": f"{place}, {key} key" + "s" * (key == "random"),
                "P(forward), too early": f"{number(edit, measure='before')} to"
                f" {number(edit, measure='after')}",
                "divergence": number(edit, measure="divergence"),
            }
            rows.append(row | of(played))
    texts = pd.DataFrame(rows).fillna("").replace("none", "")
    ours = errors[(errors["arm"] == "index") & (errors["way"] == "as_told")]
    plain = ours[ours["place"] == "none"]
    by_strength = [
        f"{number(edited, digits=3, error='episode')} (P(forward) brought to {wanted:g}; of the"
        f" mean return {number(edited, digits=3, error='mean')})"
        for wanted, edited in ours[ours["place"] == "W_out"].groupby("wanted", sort=False)
    ]
    return f"""## A calibration edit

Told a target between, a model should turn away from the goal while entering it would return more,
as an agent that waits does. One rank-1 edit makes it: its target states have the goal in front too
early for what is told, where P(forward) is brought down; what should stay is the goal in front when
it is time, other things in front told the same, and everything told -1 and 0. Errors are root mean
squares over the targets from 0.2 to 0.9, of the mean return and of episodes, as they are for
re-asking.

The error of our index models' episodes is {number(plain, digits=3, error="episode")} (of the mean
return {number(plain, digits=3, error="mean")}) as they are, and with the edit of W_out
{", ".join(by_strength)}.

{markdown(texts)}

![What edited models return](figures/calibration_edit.png)
"""


def of(errors: pd.DataFrame) -> dict[str, str]:
    """The errors of the one model that they are of."""
    return {title: number(errors, digits=3, error=error) for error, title in ERRORS.items()}


PLAIN = "as it is"
STRENGTHS = ["#0072B2", "#56B4E9", "#E69F00"]  # from the strongest


def page(table: pd.DataFrame) -> Figure:
    """A panel for each arm: as the models are, and edited in W_out."""
    rows = table[table["place"].isin(["none", "W_out"])]
    edited = rows["wanted"].map("edited, P(forward) to {:g}".format)
    rows = rows.assign(panel=rows["arm"], series=edited.where(rows["place"] == "W_out", PLAIN))
    names = [name for name in sorted(rows["series"].unique()) if name != PLAIN]
    colours = series(STRENGTHS, len(names))
    styles: Styles = {PLAIN: {"color": NEUTRAL}}
    styles |= {name: {"color": colour} for name, colour in zip(names, colours, strict=True)}
    title = "One edit to wait until it is time (bands: 95% over models)"
    return page_of_curves(rows, ARMS, styles, title)
