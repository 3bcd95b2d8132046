"""The chapter and figure on methods graded on a known answer."""

import pandas as pd
from matplotlib.figure import Figure

from dtlens.beyond.drawing import ENCODINGS, Styles, page_of_means
from dtlens.beyond.text import markdown, number
from dtlens.report.figures.arms import COLOURS

QUESTIONS = {
    "token of the target": "target: share on the RTG token",
    "token of time": "time: share on the RTG token",
    "direction of time": "later means go on: share of pairs",
    "worth of a step": "a step is worth",
}


def chapter(table: pd.DataFrame) -> str:
    """Of the table attribution_benchmark: answers on models that wait, one encoding a table."""
    parts = []
    for encoding, name in (("index", "index"), ("one_hot", "one-hot")):
        waits = table[(table["encoding"] == encoding) & (table["model"] == "waits")]
        if waits.empty:
            continue
        asked = waits[waits["question"].isin(list(QUESTIONS))]
        truth = asked.groupby("question")["truth"].first()
        rows = [{"method": "*what is so*"} | {QUESTIONS[q]: f"{truth[q]:.3g}" for q in QUESTIONS}]
        for method, group in asked.groupby("method", sort=False):
            there = set(group["question"])
            answers = {
                said: number(
                    group, digits=4 if question == "worth of a step" else 2, question=question
                )
                if question in there
                else ""
                for question, said in QUESTIONS.items()
            }
            rows.append({"method": str(method)} | answers)
        fitted = waits[waits["method"] == "closed form"]
        held = waits[waits["method"] == "time held in play"]
        parts.append(
            f"""**{name}.** In front of the goal F-R is a function of target plus time's worth:
{number(fitted, question="explained")} of its variance; it goes on just when it should in
{number(fitted, question="agreement")} of states. Episodes miss their target by
{number(held, digits=3, question="none")}; with the RTG token's time held at its mean by
{number(held, digits=3, question="RTG token")}, with the state token's by
{number(held, digits=3, question="state token")}.

{markdown(pd.DataFrame(rows))}
"""
        )
    return "\n".join(
        [
            """## A benchmark of attribution methods

A model that has learned to wait goes on into the goal once r + 0.9 t / 300 is 1: what makes it do
so, in which direction, and what a step is worth (0.003) are known, whatever computes it. Every
method that could be wrong is asked: ablation and integrated gradients split the whole change of the
output, which is right by itself. Pairs of windows differ by some steps, or by what these are worth
in reward-to-go; which token time is read on is known from play in which it is held.
""",
            *parts,
            "![What methods say of models that wait](figures/attribution_benchmark.png)\n",
        ]
    )


PANELS = {
    "token of time": "Which token is time read on?\n(share on the RTG token)",
    "direction of time": "Does later mean: go on?\n(share of pairs)",
    "worth of a step": "What is a step worth?\n(in reward-to-go)",
}
MODELS = {"waits": "waits", "like": "has not learned to wait"}
STYLES: Styles = {
    f"{said}, {does}": {"color": COLOURS[encoding]} | ({} if model == "waits" else {"mfc": "white"})
    for encoding, said in ENCODINGS.items()
    for model, does in MODELS.items()
}


def page(table: pd.DataFrame) -> Figure:
    """A panel for each of `PANELS`, a row a method; dotted: what is so of models that wait."""
    rows = table[table["question"].isin(list(PANELS))]
    names = rows["encoding"].map(ENCODINGS) + ", " + rows["model"].map(MODELS)
    shown = rows.assign(panel=rows["question"], group=rows["method"], series=names)
    figure = page_of_means(shown, PANELS, STYLES, "What methods say of models that wait")
    for panel, question in zip(figure.axes, PANELS, strict=True):
        own = rows[(rows["question"] == question) & (rows["model"] == "waits")]
        for encoding, truth in own.groupby("encoding")["truth"].mean().items():
            panel.axvline(truth, color=COLOURS[str(encoding)], linestyle=":", linewidth=1.5)
        if question == "worth of a step":  # what is not about time may be anything
            panel.set_xlim(-5 * truth, 5 * truth)
    return figure
