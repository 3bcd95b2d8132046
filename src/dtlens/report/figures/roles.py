"""Who carries what: every component's part in each avoidance, a row a model."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dtlens.report.arms import AGAIN, OURS, OWN, REPLICA, TITLES
from dtlens.report.figures.arms import by_role, obstacle_heads
from dtlens.report.figures.style import HEADS, new_figure, words


def draw(table: pd.DataFrame, axes: Axes) -> Axes:
    """One avoidance's Shapley values on the testing half: models (rows) by components (columns).

    `table` holds the rows of one behaviour of the table of roles. The head chosen on the other half
    has a frame, the runner-up a dotted one; grey numbers have an interval that holds 0.
    """
    models, components = list(dict.fromkeys(table["cell"])), list(dict.fromkeys(table["component"]))
    row, column = table["cell"].map(models.index), table["component"].map(components.index)
    parts = np.full((len(models), len(components)), np.nan)
    parts[row, column] = table["testing"]
    axes.imshow(parts, cmap="RdBu_r", vmin=-1, vmax=1, aspect="auto")
    clear = (table["low"] > 0) | (table["high"] < 0)
    for x, y, value, certain in zip(column, row, table["testing"], clear, strict=True):
        colour = "white" if abs(value) > 0.65 else "black" if certain else "#888888"
        axes.text(x, y, f"{value:.2f}", ha="center", va="center", color=colour, fontsize=8)
    for which, style in (("runner_up", ":"), ("chosen", "-")):
        for x, y in zip(column[table[which]], row[table[which]], strict=True):
            frame = Rectangle((x - 0.46, y - 0.44), 0.92, 0.88, fill=False, linestyle=style)
            frame.set(edgecolor="black", linewidth=1.7)
            axes.add_patch(frame)
    axes.set_xticks(range(len(components)), [name.replace(" ", "\n") for name in components])
    axes.set_yticks([])
    axes.tick_params(bottom=False)
    axes.spines[:].set_visible(False)
    return axes


def label_models(models: pd.DataFrame, axes: Axes) -> None:
    """Each model's run and seed, and once the arm of those that follow; columns arm, run, seed."""
    numbers = models.groupby("arm")["arm"].transform("size")
    first = ~models["arm"].duplicated()
    axes.set_yticks(
        range(len(models)),
        [
            (f"{TITLES.get(arm, arm)} (n = {n})   " if new else "")
            + (f"r{run:.0f} s{seed:.0f}" if run == run else "")
            for arm, run, seed, n, new in zip(
                models["arm"], models["run"], models["seed"], numbers, first, strict=True
            )
        ],
    )
    axes.tick_params(left=False)


def page(table: pd.DataFrame) -> Figure:
    """A panel for each avoidance, a row for each model, arm by arm.

    `table` is the table of roles: arm, cell, run, seed, behaviour, component, testing, low, high,
    chosen, runner_up. Components are named by which head is chosen for obstacles.
    """
    table = table[table["arm"].isin([OWN, AGAIN, REPLICA, *OURS])]
    heads = obstacle_heads(table)
    table = pd.concat(by_role(table[table["cell"] == cell], head) for cell, head in heads.items())
    for column, order in (("component", [*HEADS, "MLP"]), ("arm", [*TITLES])):
        table = table.iloc[np.argsort(table[column].map(order.index), kind="stable")]
    models = table.drop_duplicates("cell")
    behaviours = list(dict.fromkeys(table["behaviour"]))
    size = (2.3 * len(behaviours) + 3, 0.27 * len(models) + 1.5)
    figure, axes = new_figure(1, len(behaviours), *size)
    for behaviour, panel in zip(behaviours, axes, strict=True):
        draw(table[table["behaviour"] == behaviour], panel)
        panel.set_title(words(behaviour).replace("refusal", "avoided").replace(" from", "\nfrom"))
        for row in np.flatnonzero(~models["arm"].duplicated())[1:]:
            panel.axhline(row - 0.5, color="black", linewidth=1)
    label_models(models, axes[0])
    figure.suptitle(
        "What each component adds to an avoidance: Shapley values on one half of the scenes\n"
        "(framed: the head chosen on the other half; dotted: its runner-up; grey: interval holds 0)"
    )
    return figure
