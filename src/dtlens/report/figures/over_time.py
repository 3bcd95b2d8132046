"""A model while it trains: skill, calibration, avoidances and how localised they are (claim 26)."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.env.dynamic_obstacles import AVOIDANCES, HIGH
from dtlens.model.cell import Cell
from dtlens.report.figures.arms import counted
from dtlens.report.figures.style import NEUTRAL, SERIES, legend_below, new_figure, series, words

ROWS = [["return", "error"], ["strength"], ["top_share"]]
BEHAVIOURS = [*AVOIDANCES, "rtg_switching"]
LIMITS = {"return": (-1.1, 1.1), "error": (0.0, None)}
SAID = {
    "return": "mean return, told {}",
    "error": "calibration error",
    "strength": "strength of\n{}",
    "top_share": "top component's share in\n{}",
}


def threshold(measure: str, of: str) -> float | None:
    """From where on a run is performant, or localised."""
    if (measure, of) == ("return", f"{HIGH:g}"):
        return 0.9
    return 0.75 if measure == "top_share" else None


def draw(table: pd.DataFrame, axes: Axes, reaches: float | None = None) -> Axes:
    """One measure of every run against predictions seen: a colour a weight decay.

    `table` has the columns step, cell, weight_decay and value. Where `reaches` is given, a dot
    marks when a run first has that much; those that never do have a cross at the right edge.
    """
    decays = sorted(table["weight_decay"].unique())
    colours = series(SERIES, len(decays))
    last, never = table["step"].max(), 0
    for (decay, _), run in table.groupby(["weight_decay", "cell"]):
        number = table.loc[table["weight_decay"] == decay, "cell"].nunique()
        label = f"weight decay {decay:g} ({counted(number, 'run')})"
        colour = colours[decays.index(decay)]
        shown = run.dropna(subset="value")
        axes.plot(shown["step"], shown["value"], color=colour, linewidth=1, label=label)
        if reaches is None:
            continue
        reached = run[run["value"] >= reaches].head(1)
        axes.plot(reached["step"], reached["value"], "o", color=colour, markersize=5)
        if reached.empty:
            end = run["value"].fillna(0).iloc[-1]
            axes.plot(1.35 * last, end, "x", color=colour, markeredgewidth=1.5)
            never += 1
    if reaches is not None:
        axes.axhline(reaches, color=NEUTRAL, linestyle=":", linewidth=0.8)
    if never:
        axes.text(1.2 * last, 0.0, f"never: {never}", ha="right", va="center", fontsize="small")
    axes.set(xscale="log")
    return axes


def page(runs: dict[str, pd.DataFrame]) -> Figure:
    """Returns and the error of calibration; below, the strength of each behaviour; and below that
    the share of it that goes with its top component.

    `runs` holds the table of each run by its cell's name: step, measure, of, value.
    """
    cells = {name: Cell.parse(name).weight_decay for name in runs}
    table = pd.concat(run.assign(cell=name, weight_decay=cells[name]) for name, run in runs.items())
    span = (0.9 * table["step"].min(), 1.6 * table["step"].max())
    figure, axes = new_figure(len(ROWS), columns(table), 2.9 * columns(table), 8.4)
    places = np.array(axes).reshape(len(ROWS), -1)
    for measures, panels in zip(ROWS, places, strict=True):
        rows = table[table["measure"].isin(measures)]
        kinds = rows[["measure", "of"]].drop_duplicates().itertuples(index=False, name=None)
        order = sorted(kinds, key=lambda kind: [*BEHAVIOURS, kind[1]].index(kind[1]))
        for (measure, of), panel in zip(order, panels, strict=False):
            # A behaviour that no run shows is localised nowhere.
            found = rows[(rows["measure"] == measure) & (rows["of"] == of)]
            if found["value"].isna().all():
                panel.text(0.5, 0.5, "no run behaves so", transform=panel.transAxes, ha="center")
            else:
                draw(found, panel, threshold(measure, of))
            ends = LIMITS.get(measure, (-0.03, 1.03))
            panel.set(title=SAID[measure].format(words(of)), ylim=ends, xscale="log", xlim=span)
        for spare in panels[len(order) :]:
            spare.remove()
    for panel in places[-1]:
        panel.set_xlabel("training step")
    legend_below(figure, axes[:1])
    figure.suptitle(
        f"{counted(len(runs), 'run')} while they train"
        " (dot: first at the dotted threshold; cross: never)"
    )
    return figure


def columns(table: pd.DataFrame) -> int:
    """How many panels the fullest row has."""
    kinds = table[["measure", "of"]].drop_duplicates()["measure"].value_counts()
    return max(int(kinds.reindex(measures, fill_value=0).sum()) for measures in ROWS)
