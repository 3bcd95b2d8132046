"""Return against the reward-to-go asked for, and how the episodes end (figure 5 of the study)."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.figures.style import ENCODING_COLOURS, NEUTRAL, OUTCOME_COLOURS, new_figure, words


def draw_curve(tables: dict[str, pd.DataFrame], axes: Axes) -> Axes:
    """One line for each cell's calibration table, with its 95% interval over episodes."""
    axes.plot([-1, 1], [-1, 1], color=NEUTRAL, linestyle="--", linewidth=1, label="ideal")
    for name, table in tables.items():
        colour = next(c for encoding, c in ENCODING_COLOURS.items() if f"-{encoding}-" in name)
        axes.fill_between(table["rtg"], table["low"], table["high"], color=colour, alpha=0.25, lw=0)
        axes.plot(table["rtg"], table["mean_return"], color=colour, label=name, marker=".")
    axes.set(
        title="Does the return follow the request?",
        xlabel="reward-to-go asked for",
        ylabel="mean return (band: 95% interval)",
        xlim=(-1.03, 1.03),
        ylim=(-1.05, 1.05),
    )
    axes.legend(loc="upper left")
    return axes


def draw_outcomes(table: pd.DataFrame, axes: Axes) -> Axes:
    """How one cell's episodes end, stacked."""
    axes.stackplot(
        table["rtg"],
        [table[outcome] for outcome in OUTCOME_COLOURS],
        colors=OUTCOME_COLOURS.values(),
        labels=[words(outcome) for outcome in OUTCOME_COLOURS],
    )
    axes.set(
        title="How the episodes end",
        xlabel="reward-to-go asked for",
        ylabel="share of episodes",
        xlim=(-1, 1),
        ylim=(0, 1),
    )
    axes.legend(loc="lower left", frameon=True, framealpha=0.9)
    return axes


def page(name: str, table: pd.DataFrame) -> Figure:
    """The curve and the outcomes of the model `name`.

    `table` is its calibration table: rtg, mean_return, low, high, and a share for each outcome.
    """
    figure, (curve, outcomes) = new_figure(1, 2, 9, 4)
    draw_curve({name: table}, curve)
    draw_outcomes(table, outcomes)
    return figure
