"""A measure against the predictions seen in training: a line a run."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.figures.style import SERIES, new_figure, words
from dtlens.model.cell import Cell

STYLES = ["-", "--", ":", "-."]
LIMITS = {"return": (-1.1, 1.1), "error": (0.0, None)}
COLUMNS = 5


def draw(table: pd.DataFrame, axes: Axes) -> Axes:
    """One measure of every run: a colour per weight decay, a line style per seed.

    `table` has the columns step, seed, weight_decay and value.
    """
    decays, seeds = sorted(table["weight_decay"].unique()), sorted(table["seed"].unique())
    for (decay, seed), run in table.groupby(["weight_decay", "seed"]):
        axes.plot(
            run["step"],
            run["value"],
            color=SERIES[decays.index(decay)],
            linestyle=STYLES[seeds.index(seed) % len(STYLES)],
            marker=".",
            label=f"weight decay {decay:g}, seed {seed}",
        )
    axes.set_xscale("log")
    return axes


def page(runs: dict[str, pd.DataFrame]) -> Figure:
    """A panel for each measure of each thing but single parts.

    `runs` holds the table of each run by its cell's name: step, measure, of, value.
    """
    tables = []
    for name, run in runs.items():
        cell = Cell.parse(name)
        tables.append(run.assign(seed=cell.seed, weight_decay=cell.weight_decay))
    # A behaviour that no run shows is localised nowhere.
    table = pd.concat(tables, ignore_index=True).dropna(subset="value")
    span = (0.9 * table["step"].min(), 1.1 * table["step"].max())
    shown = table[table["measure"] != "part"].drop_duplicates(["measure", "of"])
    panels = list(shown[["measure", "of"]].itertuples(index=False, name=None))
    figure, axes = new_figure(-(-len(panels) // COLUMNS), COLUMNS, 3.2 * COLUMNS, 8)
    for (measure, of), panel in zip(panels, axes, strict=False):
        draw(table[(table["measure"] == measure) & (table["of"] == of)], panel)
        panel.set(
            title=f"{measure}: {words(of)}", ylim=LIMITS.get(measure, (-0.03, 1.03)), xlim=span
        )
    for panel in axes[len(panels) :]:
        panel.remove()
    for panel in axes[-COLUMNS:]:
        panel.set_xlabel("training step")
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    return figure
