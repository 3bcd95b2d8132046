"""The share of an effect that each patched component restores, beside its nulls."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.report.figures.arms import Arms, panels_of_arms
from dtlens.report.figures.pairs import contrast, in_logits, kinds, of_kind
from dtlens.report.figures.style import (
    FRONT_COLOURS,
    HEADS,
    NEUTRAL,
    PALE,
    PREFERENCE,
    Style,
    legend_below,
    words,
)

LEAST = 1.5  # logits; a share of a smaller effect says little
LEAST_UNTRAINED = 1e-3  # an untrained model's effects are small: this tells them from rounding
SHOWN = (-0.6, 1.6)
PLACES = [("RTG token", "token"), ("state token", "token"), ("MLP", "output")]
PLACES[2:2] = [(head, part) for head in HEADS for part in ("output", "pattern", "values")]


def draw(table: pd.DataFrame, axes: Axes) -> Axes:
    """Each model's share for each component (rows) and front object (colours), and their mean.

    `table` holds the rows of one arm, kind of pair and reward-to-go: weights, front, component,
    part, effect, cell, value. Models whose effect is below 1.5 logits are left out. Crosses are the
    mean shares of untrained models, circles those of a patch along a random direction.
    """
    keys = ["component", "part"]
    trained = table[(table["weights"] == "trained") & (table["effect"].abs() >= LEAST)]
    fronts = [front for front in FRONT_COLOURS if front in set(trained["front"])]
    for index, front in enumerate(fronts):
        heights = np.arange(len(PLACES)) + (index - (len(fronts) - 1) / 2) * 0.8 / len(fronts)
        rows = trained[trained["front"] == front]
        values = rows.pivot_table(index=keys, columns="cell", values="value").reindex(PLACES)
        colour = FRONT_COLOURS[front]
        dots: Style = {"markersize": 6, "alpha": 0.5, "markeredgewidth": 0}
        each = np.repeat(heights, values.shape[1])
        axes.plot(values.to_numpy().ravel(), each, ".", color=colour, **dots)
        mean = values.mean(axis=1)
        axes.plot(mean, heights, "|", color=colour, markeredgewidth=2, label=words(front))
    for label, (marker, null) in nulls(table, trained).items():
        style: Style = {"markersize": 5, "markerfacecolor": "none", "markeredgecolor": NEUTRAL}
        axes.plot(null, range(len(PLACES)), marker, markeredgewidth=0.8, label=label, **style)
    if not fronts:
        none = f"no effect of\n{LEAST:g} logits or more"
        axes.text(0.5, 0.5, none, transform=axes.transAxes, ha="center", va="center")
    names = [name if part in ("token", "output") else part for name, part in PLACES]
    axes.set_yticks(range(len(PLACES)), names)
    for share in (0, 1):
        axes.axvline(share, color=PALE, linewidth=0.8, zorder=0)
    axes.set(xlim=SHOWN, ylim=(len(PLACES) - 0.5, -0.5))
    return axes


def nulls(table: pd.DataFrame, trained: pd.DataFrame) -> dict[str, tuple[str, "pd.Series[float]"]]:
    """By what a null is called: its marker, and its mean over models and fronts at `PLACES`."""
    keys = ["component", "part"]
    found = table["effect"].abs() >= LEAST_UNTRAINED
    untrained = table[found & (table["weights"] == "reinitialised")]
    random = trained[trained["part"] == "output_random"].replace({"output_random": "output"})
    return {
        label: (marker, rows.groupby(keys)["value"].mean().reindex(PLACES))
        for label, marker, rows in (
            ("untrained", "x", untrained),
            ("random direction", "o", random),
        )
    }


def page(arms: Arms) -> Figure:
    """A panel for each kind of pair and reward-to-go (rows) and arm (columns).

    Tables of patching, heads by role: weights, pair, front, rtg, component, part, measure, effect,
    value.
    """
    arms = in_logits(arms)
    shown = kinds(arms)
    figure, panels = panels_of_arms(arms, shown, 3.6, 2.3)
    for kind, table, panel in panels:
        draw(of_kind(table, kind), panel).set_ylabel(contrast(kind, shown))
        panel.label_outer()
    for _, _, panel in panels[-len(arms) :]:
        panel.set_xlabel("share of the effect restored")
    legend_below(figure, [panel for _, _, panel in panels])
    figure.suptitle(
        f"How much of a difference in {PREFERENCE} each component carries\n"
        "(dots: models with an effect of 1.5 logits or more; dashes: their mean)"
    )
    return figure
