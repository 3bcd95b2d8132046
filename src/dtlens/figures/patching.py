"""The share of an effect that each patched component restores, beside its nulls."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.figures.pairs import draw_pairs
from dtlens.figures.style import FRONT_COLOURS, NEUTRAL, PREFERENCE, words

LEAST = 1.5  # logits; a share of a smaller effect says little
LEAST_UNTRAINED = 1e-3  # an untrained model's effects are small: this tells them from rounding
SHOWN = (-1.1, 1.7)
PARTS = ["token", "output", "pattern", "values"]


def draw(table: pd.DataFrame, axes: Axes) -> Axes:
    """One point with its 95% interval for each component (rows) and front object (colours).

    `table` holds the logit differences of one pair and reward-to-go in the patching table. Front
    objects are left out where the effect is below 1.5 logits. Crosses are the shares in an
    untrained model where that has an effect, circles those of a patch along a random direction.
    """
    strong = table[(table["weights"] == "trained") & (table["effect"].abs() >= LEAST)]
    fronts = [front for front in FRONT_COLOURS if front in set(strong["front"])]
    whole = strong[strong["part"].isin(PARTS)].drop_duplicates(["component", "part"])
    places = pd.MultiIndex.from_frame(
        whole.sort_values("component", kind="stable")[["component", "part"]]
    )
    for index, front in enumerate(fronts):
        offset = ((len(fronts) - 1) / 2 - index) * 0.7 / len(fronts)
        heights = pd.Series(offset - np.arange(len(places)), places)
        of_front = table[table["front"] == front].set_index(["component", "part"])
        trained = of_front[of_front["weights"] == "trained"]
        points = trained.reindex(places)
        axes.errorbar(
            points["value"],
            heights,
            xerr=[points["value"] - points["low"], points["high"] - points["value"]],
            fmt="o",
            markersize=4,
            color=FRONT_COLOURS[front],
            label=words(front),
        )
        untrained = of_front[
            (of_front["weights"] == "reinitialised") & (of_front["effect"].abs() >= LEAST_UNTRAINED)
        ]
        along = trained.xs("output_random", level="part", drop_level=False)
        along = along.rename({"output_random": "output"})
        for null, marker, name in ((untrained, "x", "untrained"), (along, "o", "random direction")):
            axes.plot(
                null["value"].reindex(places),
                heights,
                marker,
                markersize=4,
                markeredgewidth=0.7,
                markerfacecolor="none",
                color=NEUTRAL,
                label=name if index == len(fronts) - 1 else None,
            )
    if not fronts:
        none = f"no effect of\n{LEAST:g} logits or more"
        axes.text(0.5, 0.5, none, transform=axes.transAxes, ha="center")
    names = [name if part in ("token", "output") else f"{name} {part}" for name, part in places]
    axes.set_yticks(-np.arange(len(places)), names)
    for share in (0, 1):
        axes.axvline(share, color="#dddddd", linewidth=0.8, zorder=0)
    axes.set(xlim=SHOWN, xlabel="share of the effect restored")
    return axes


def page(name: str, table: pd.DataFrame) -> Figure:
    """A panel for each kind of pair and reward-to-go.

    `table` is the patching table of the model `name`: weights, pair, front, rtg, component, part,
    measure, effect, value, low, high.
    """
    figure = draw_pairs(table[table["measure"] == "logit_difference"], draw)
    figure.suptitle(f"{name}: how much of the difference in {PREFERENCE} each component carries")
    return figure
