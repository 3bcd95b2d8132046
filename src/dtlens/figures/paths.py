"""Whether an MLP amplifies what a head does to the preference for forward over right."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.figures.pairs import draw_pairs
from dtlens.figures.style import FRONT_COLOURS, NEUTRAL, PREFERENCE, bars, words

MARKERS = ["o", "s", "D", "^", "v", "P"]  # by head


def draw(table: pd.DataFrame, axes: Axes) -> Axes:
    """Each head's effect through an MLP against its direct one, with 95% intervals.

    `table` holds the logit differences of one pair and reward-to-go in the table of paths of the
    trained model. On the same side of zero, the MLP amplifies the head; on opposite sides, it
    counteracts it. On the dotted line both effects are equal.
    """
    direct = table[table["path"] == "direct"].set_index(["component", "front"])
    through = table[table["path"].str.endswith("MLP")]
    axes.update_datalim(((-1, -1), (1, 1)))  # a tenth of a logit shall look small
    for zero in (axes.axhline, axes.axvline):
        zero(0, color="#bbbbbb", linewidth=0.8)
    axes.axline((0, 0), slope=1, color="#bbbbbb", linewidth=0.8, linestyle=":")
    for marker, head in zip(MARKERS, through["component"].unique(), strict=False):
        axes.plot([], marker, color=NEUTRAL, label=head)
        rows = through[through["component"] == head]
        for front in rows["front"].unique():
            points = rows[rows["front"] == front]
            alone = direct.loc[[(head, front)] * len(points)]
            axes.errorbar(
                alone["value"],
                points["value"],
                xerr=bars(alone),
                yerr=bars(points),
                fmt=marker,
                markersize=5,
                color=FRONT_COLOURS[front],
                label=words(front) if marker == MARKERS[0] else None,
            )
    axes.set(xlabel="direct change (logits)", ylabel="change through the MLP (logits)")
    return axes


def page(name: str, table: pd.DataFrame) -> Figure:
    """A panel for each kind of pair and reward-to-go.

    `table` is the table of paths of the model `name`: weights, pair, front, rtg, component, path,
    measure, value, low, high.
    """
    shown = (table["measure"] == "logit_difference") & (table["weights"] == "trained")
    figure = draw_pairs(table[shown], draw)
    figure.suptitle(f"{name}: what heads change directly and through the MLP, in {PREFERENCE}")
    return figure
