"""The chapter and figure on models beside their agents."""

from textwrap import fill

import pandas as pd
from matplotlib.figure import Figure

from dtlens.beyond.drawing import Styles, page_of_means
from dtlens.beyond.text import crossed, numbers
from dtlens.report.arms import TITLES

MEASURES = {
    "agreement": "Share of the scenes with the same likeliest action",
    "preference": "Correlation of F-R over scenes",
    "effects": "Correlation of what emptying a cell does to F-R, over scenes and cells",
    "map": "Correlation of the mean sizes of these effects, over cells",
    "inside": "Alignment (linear CKA) of the layers that actions are read off, over scenes",
    "unread": "The same of these layers less the directions that logits are read off",
}


def chapter(table: pd.DataFrame) -> str:
    """From the table `distillation.csv`."""
    alike = numbers(table, "arm", "beside", "measure")
    less = "its teacher less another teacher"
    lines = [
        "## Does the student copy the mechanism?",
        "",
        "A model told 0.9 and the agent that it learned from answer to the same placed scenes,"
        " whole and with one cell of the view emptied. Beside them stand the recipe's other agents,"
        " and the arm's models that learned from those: what any two have in common."
        " [Figure](figures/distillation.png).",
        "",
        "Our index models take their teacher's likeliest action in"
        f" {alike('index', 'its teacher', 'agreement')} of the scenes, another teacher's in"
        f" {alike('index', 'another teacher', 'agreement')}: a difference of"
        f" {alike('index', less, 'agreement')}. What their choice depends on, cell by cell, goes"
        f" with their teacher's by r = {alike('index', 'its teacher', 'effects')}, with another"
        f" teacher's by {alike('index', 'another teacher', 'effects')} (a difference of"
        f" {alike('index', less, 'effects')}), and with another model's by"
        f" {alike('index', 'another student', 'effects')}. One-hot models: differences of"
        f" {alike('one_hot', less, 'agreement')} and {alike('one_hot', less, 'effects')}, and"
        f" {alike('one_hot', 'another student', 'effects')} beside another model. In the layer that"
        " actions are read off, index models align with their teacher by"
        f" {alike('index', 'its teacher', 'inside')}, which is"
        f" {alike('index', less, 'inside')} more than with another teacher, and with another model"
        f" by {alike('index', 'another student', 'inside')}. Less the directions that logits are"
        f" read off, the difference is {alike('index', less, 'unread')}. One-hot:"
        f" {alike('one_hot', less, 'inside')}, and {alike('one_hot', less, 'unread')}.",
        "",
    ]
    for measure, title in MEASURES.items():
        rows = table[table["measure"] == measure]
        lines += [f"{title}:", "", crossed(rows, "beside", "arm", TITLES), ""]
    return "\n".join(lines)


BESIDE: Styles = {
    "its teacher": {"color": "#0072B2"},
    "another teacher": {"color": "#999999"},
    "another student": {"color": "#009E73"},
}


def page(table: pd.DataFrame) -> Figure:
    """A panel for each of `MEASURES`, a row an arm: means over its models."""
    rows = table.assign(panel=table["measure"], group=table["arm"].map(TITLES))
    panels = {measure: fill(title, 30) for measure, title in MEASURES.items()}
    title = "Does a model copy its own agent, or what all agents do?"
    return page_of_means(rows.assign(series=rows["beside"]), panels, BESIDE, title, columns=3)
