"""Methods graded on models of which it is known what makes them go on, and when."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.figures.arms import COLOURS, counted
from dtlens.figures.style import NEUTRAL, Style, bars, legend_below, new_figure

QUESTIONS = {
    "token of time": "Which token is time read on?\n(share on the RTG token)",
    "direction of time": "Does later mean: go on?\n(share of pairs)",
    "worth of a step": "What is a step worth?\n(in reward-to-go)",
}
ENCODINGS = {"index": "index", "one_hot": "one-hot"}
MODELS = {"waits": "waits", "like": "has not learned to wait"}


def draw(table: pd.DataFrame, methods: list[str], axes: Axes) -> Axes:
    """What each method says, a row each, by encoding; filled: of models that wait. The line is
    what is so of these, or the lines, if it is not the same in both encodings."""
    truths = table[table["model"] == "waits"].groupby("encoding")["truth"].mean()
    alike = len(set(truths)) == 1
    for encoding, truth in truths.items():
        label = "what is so" if alike else f"what is so, {ENCODINGS[str(encoding)]}"
        colour = NEUTRAL if alike else COLOURS[str(encoding)]
        axes.axvline(truth, color=colour, linestyle=":", linewidth=1.5, label=label)
    for shift, (encoding, said) in zip((-0.17, 0.17), ENCODINGS.items(), strict=True):
        for model, does in MODELS.items():
            rows = table[(table["encoding"] == encoding) & (table["model"] == model)]
            face = COLOURS[encoding] if model == "waits" else "white"
            offset = shift + (-0.06 if model == "waits" else 0.06)
            at = [methods.index(method) + offset for method in rows["method"]]
            style: Style = {"color": COLOURS[encoding], "mfc": face, "markersize": 5, "fmt": "o"}
            label = f"{said}, {does}"
            axes.errorbar(rows["value"], at, xerr=bars(rows), label=label, elinewidth=0.8, **style)
    axes.set_ylim(len(methods) - 0.5, -0.5)
    for row in range(1, len(methods)):
        axes.axhline(row - 0.5, color="#EEEEEE", linewidth=0.8)
    return axes


def page(table: pd.DataFrame) -> Figure:
    """A panel for each of `QUESTIONS`, a row for each method.

    Table attribution_benchmark: model, encoding, method, question, truth, value, low, high, n.
    """
    asked = table[table["question"].isin(list(QUESTIONS))]
    methods = list(asked["method"].unique())
    figure, axes = new_figure(1, len(QUESTIONS), 13, 5.6)
    for panel, (question, title) in zip(axes, QUESTIONS.items(), strict=True):
        rows = asked[asked["question"] == question]
        draw(rows, methods, panel).set_title(title)
        panel.set_yticks([])
        if question == "worth of a step":  # what is not about time may be anything
            step = rows["truth"].iloc[0]
            panel.set_xlim(-5 * step, 5 * step)
            ticks = [-4 * step, 0, step, 4 * step]
            panel.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        else:
            panel.set_xlim(-0.03, 1.03)
    axes[0].set_yticks(range(len(methods)), methods)
    axes[0].tick_params(left=False)
    legend_below(figure, axes[:1], columns=6)
    many = counted(int(table["n"].max()), "model")
    figure.suptitle(f"What methods say of models that wait (dotted: what is so; 95% over {many})")
    return figure
