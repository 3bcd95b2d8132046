"""7x7 maps of the view as the agent sees it (figures 14 to 17 of the study).

The agent, a triangle, is at the bottom in the middle and faces up; the cell in front of it has a
frame, and its value is below the map.
"""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dtlens.environments import FRONT
from dtlens.figures.style import new_figure, words


def draw(cells: pd.DataFrame, axes: Axes, limit: float) -> Axes:
    """One map: a row for each cell, with x, y and value. Colours end at -limit and limit."""
    view = cells.pivot_table(index="y", columns="x", values="value")
    axes.imshow(view, cmap="RdBu_r", vmin=-limit, vmax=limit)
    x, y = FRONT
    axes.add_patch(
        Rectangle((x - 0.5, y - 0.5), 1, 1, fill=False, edgecolor="black", linewidth=1.5)
    )
    axes.plot(x, y + 1, marker="^", color="black", markersize=5)
    axes.set(xticks=[], yticks=[])
    axes.set_xlabel(f"front {view.to_numpy()[y, x]:+.2f}", fontsize="x-small")
    axes.spines[:].set_visible(True)
    return axes


def draw_grid(maps: pd.DataFrame, rows: str, label: str) -> Figure:
    """All of `maps` on one scale: a column for each `of`, a row for each value of column `rows`.

    `label` says what the colours stand for, and in which units.
    """
    groups = maps.groupby([rows, "of"], sort=False)
    names, shown = maps[rows].unique(), maps["of"].unique()
    figure, axes = new_figure(
        len(names), len(shown), 1.6 * len(shown) + 1.2, 1.6 * len(names) + 0.4
    )
    limit = maps["value"].abs().max()
    for panel, (_, cells) in zip(axes, groups, strict=True):
        draw(cells, panel, limit)
    for panel, of in zip(axes, shown, strict=False):
        panel.set_title(words(of))
    for panel, name in zip(axes[:: len(shown)], names, strict=True):
        panel.set_ylabel(name, rotation=0, ha="right", va="center")
    figure.colorbar(axes[0].images[0], ax=axes, label=label, fraction=0.03)
    return figure
