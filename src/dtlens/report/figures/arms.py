"""What figures of arms share: the groups of models that the study's claims are asked of."""

import re
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.env.dynamic_obstacles import MAIN_AVOIDANCE
from dtlens.report.arms import TITLES
from dtlens.report.figures.style import PALE, RED, Style, counted, new_figure, words

Tables = dict[str, pd.DataFrame]  # one kind of table, by the name of its model's cell
Arms = dict[str, Tables]
COLOURS = {
    "post": "#000000",
    "short": "#777777",
    "study": "#332288",
    "index": RED,
    "one_hot": "#44AA99",
    "study_data": "#AA4499",
    "study_optimisation": "#999933",
}
MARKERS = dict(zip(COLOURS, "*Xos^Dv", strict=True))
Row = TypeVar("Row")


def title(arm: str, models: Tables) -> str:
    return f"{TITLES.get(arm, arm)}\n({counted(len(models), 'model')})"


def pooled(models: Tables) -> pd.DataFrame:
    """All models' rows, with a column `cell`."""
    return pd.concat([table.assign(cell=name) for name, table in models.items()], ignore_index=True)


def by_role(table: pd.DataFrame, obstacle_head: str) -> pd.DataFrame:
    """A table of a model of one layer and two heads, with its components named by what they do.

    Head indices mean nothing across models: here they are "obstacle head" and "other head", the
    MLP "MLP", and several together "obstacle head + MLP", the heads "both heads".
    """

    def role(component: str) -> str:
        if component == obstacle_head:
            return "obstacle head"
        return re.sub(r"^L\d+(MLP)?(H\d+)?$", lambda m: m[1] or "other head", component)

    def named(name: str) -> str:
        parts = sorted(map(role, name.split("+")), key=lambda part: (part == "MLP", part))
        return " + ".join(parts).replace("obstacle head + other head", "both heads")

    table = table.copy()
    for column in {"component", "head", "ablated", "through", "path"} & set(table):
        table[column] = table[column].map(
            {old: named(old) for old in table[column].dropna().unique()}
        )
    return table


def panels_of_arms(
    arms: Arms, rows: Sequence[Row], width: float, height: float
) -> tuple[Figure, list[tuple[Row, pd.DataFrame, Axes]]]:
    """A figure with a column for each arm, titled with its number of models, and a row for each of
    `rows`, on one scale: its panels, each with its row and all rows of its arm's tables; `width`
    and `height` are a panel's."""
    size = (width * len(arms), height * len(rows) + 1)
    figure, axes = new_figure(len(rows), len(arms), *size, share="row")
    tables = [pooled(models) for models in arms.values()]
    for panel, (arm, models) in zip(axes, arms.items(), strict=False):
        panel.set_title(title(arm, models))
    places = [(row, table) for row in rows for table in tables]
    return figure, [(*place, panel) for place, panel in zip(places, axes, strict=True)]


def levels(arms: Arms, column: str) -> list[Any]:
    """What a column holds, in order of appearance."""
    tables = [table[column] for models in arms.values() for table in models.values()]
    return list(pd.concat(tables).unique())


def draw_groups(
    table: pd.DataFrame,
    axes: Axes,
    group: str,
    groups: list[str],
    series: str,
    colours: dict[str, str],
) -> Axes:
    """Models' values as dots and their mean as a dash: side by side a group for each of `groups`,
    values of the column `group`, and in it a colour for each of the column `series`.

    `table` has these, cell, and value; `colours` says which values of `series` are shown. Several
    rows of a model in one place are averaged.
    """
    dots: Style = {"markersize": 6, "alpha": 0.5, "markeredgewidth": 0}
    for index, (name, colour) in enumerate(colours.items()):
        rows = table[table[series] == name]
        values = rows.pivot_table(index=group, columns="cell", values="value").reindex(groups)
        places = np.arange(len(groups)) + (index - (len(colours) - 1) / 2) * 0.84 / len(colours)
        each = np.repeat(places, values.shape[1])
        axes.plot(each, values.to_numpy().ravel(), ".", color=colour, **dots)
        mean: Style = {"color": colour, "label": words(name), "markersize": 9}
        axes.plot(places, values.mean(axis=1), "_", markeredgewidth=2, **mean)
    names = [words(name).replace(" from ", "\nfrom ") for name in groups]
    axes.set_xticks(range(len(groups)), names)
    axes.set_xlim(-0.5, len(groups) - 0.5)
    for boundary in range(1, len(groups)):
        axes.axvline(boundary - 0.5, color=PALE, linewidth=0.8)
    return axes


def obstacle_heads(roles: pd.DataFrame) -> dict[str, str]:
    """Of each model, by its cell's name, the head that refuses obstacles: from a table of roles."""
    chosen = roles[roles["chosen"] & (roles["behaviour"] == MAIN_AVOIDANCE)]
    return dict(zip(chosen["cell"], chosen["component"], strict=True))
