"""Return against the target reward-to-go, and how the episodes end (figure 5 of the study)."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.report.figures.arms import COLOURS, Arms, Tables, pooled, title
from dtlens.report.figures.style import (
    NEUTRAL,
    OUTCOME_COLOURS,
    Style,
    legend_below,
    new_figure,
    words,
)

LEAST = 0.01  # the share of a run's steps below which the data is said not to have a reward-to-go
BETWEEN = (0.2, 0.9)  # the targets whose distance from the return is told


def distances(models: Tables) -> str:
    """The range over models of the root mean square of return less target, over `BETWEEN`."""
    found = []
    for table in models.values():
        curve = table[table["rtg"].between(*BETWEEN)]
        found.append(np.sqrt(((curve["mean_return"] - curve["rtg"]) ** 2).mean()))
    least, most = f"{min(found):.2f}", f"{max(found):.2f}"
    return least if least == most else f"{least} to {most}"


def draw_curve(greedy: Tables, sampled: Tables, axes: Axes, colour: str) -> Axes:
    """A line for each model's mean return with the likeliest action, dashed with sampled ones."""
    axes.plot([-1, 1], [-1, 1], color=NEUTRAL, linestyle=":", linewidth=1, label="ideal")
    kinds = [(sampled, "sampled actions", "--", 0.9), (greedy, "likeliest action", "-", 1.3)]
    for tables, label, style, width in kinds:
        line: Style = {"linestyle": style, "linewidth": width}
        for table in tables.values():
            axes.plot(table["rtg"], table["mean_return"], color=colour, **line)
        axes.plot([], [], color=NEUTRAL, label=label, **line)
    if greedy and sampled:
        said = f"rms, 0.2 to 0.9:\nlikeliest {distances(greedy)}\nsampled {distances(sampled)}"
        axes.text(0.97, 0.03, said, transform=axes.transAxes, ha="right", fontsize="small")
    axes.set(xlim=(-1.03, 1.03), ylim=(-1.05, 1.05))
    return axes


def shade_unseen(histograms: list[pd.DataFrame], axes: Axes) -> None:
    """Grey where less than 1% of the data's steps have the reward-to-go, in the mean over runs."""
    steps = np.mean([histogram["steps"] for histogram in histograms], axis=0)
    edges = np.append(histograms[0]["low"], histograms[0]["high"].iloc[-1])
    top = np.where(steps < LEAST, 2.0, -2.0)
    label = "under 1% of the data's steps"
    axes.stairs(top, edges, baseline=-2.0, fill=True, color="#EEEEEE", zorder=0, label=label)


def draw_outcomes(table: pd.DataFrame, axes: Axes) -> Axes:
    """How episodes end, stacked: the mean over the models of `table`, with the likeliest action."""
    ends = table.groupby("rtg")[list(OUTCOME_COLOURS)].mean()
    axes.stackplot(
        ends.index,
        ends.to_numpy().T,
        colors=OUTCOME_COLOURS.values(),
        labels=[words(outcome) for outcome in OUTCOME_COLOURS],
    )
    axes.set(xlabel="target reward-to-go", xlim=(-1.03, 1.03), ylim=(0, 1))
    return axes


def page(greedy: Arms, sampled: Arms, histograms: dict[str, list[pd.DataFrame]]) -> Figure:
    """A column for each arm of `greedy`: its models' curves above, outcomes below.

    Tables of calibration: rtg, mean_return, and a share for each outcome. `histograms` are those of
    the data that an arm's models learned from: low, high, steps. An arm may be in `greedy` alone.
    """
    figure, axes = new_figure(2, len(greedy), 3.2 * len(greedy), 6.2)
    above, below = axes[: len(greedy)], axes[len(greedy) :]
    for (arm, models), curve, outcomes in zip(greedy.items(), above, below, strict=True):
        draw_curve(models, sampled.get(arm, {}), curve, COLOURS[arm]).set_title(title(arm, models))
        if arm in histograms:
            shade_unseen(histograms[arm], curve)
        draw_outcomes(pooled(models), outcomes)
        for panel in (curve, outcomes):
            panel.label_outer()
    above[0].set_ylabel("mean return, a line a model")
    below[0].set_ylabel("share of episodes,\nmean over models")
    legend_below(figure, [above[0], below[0]])
    figure.suptitle(
        "Return by target, by the likeliest action and sampled; and how the former's episodes end"
    )
    return figure
