"""7x7 maps of the view as the agent sees it (figures 14 to 17 of the study).

The agent, a triangle, is at the bottom in the middle and faces up; the cell in front of it has a
frame, and its value is below the map.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dtlens.figures.style import PREFERENCE, new_figure, words
from dtlens.minigrid import FRONT, VIEW

CHANNELS = ["object", "colour", "state"]


def draw(cells: pd.DataFrame, axes: Axes, limit: float) -> Axes:
    """One map: a row for each cell, with x, y and value. Colours end at -limit and limit."""
    view = cells.sort_values(["y", "x"])["value"].to_numpy().reshape(VIEW[:2])
    axes.imshow(view, cmap="RdBu_r", vmin=-limit, vmax=limit)
    x, y = FRONT
    axes.add_patch(
        Rectangle((x - 0.5, y - 0.5), 1, 1, fill=False, edgecolor="black", linewidth=1.5)
    )
    axes.plot(x, y + 1, marker="^", color="black", markersize=5)
    axes.set(xticks=[], yticks=[])
    axes.set_xlabel(f"front {view[y, x]:+.2f}", fontsize="x-small")
    axes.spines[:].set_visible(True)
    return axes


def draw_grids(grids: dict[str, pd.DataFrame], rows: str) -> Figure:
    """Grids of maps one under the other, each on one scale of its own.

    A grid has a column for each `of` and a row for each value of column `rows`; its key says what
    the colours stand for, and in which units.
    """
    columns = max(maps["of"].nunique() for maps in grids.values())
    count = sum(maps[rows].nunique() for maps in grids.values())
    figure, axes = new_figure(count, columns, 1.6 * columns + 1.6, 1.7 * count + 0.6)
    left = np.array(axes).reshape(count, columns)
    for label, maps in grids.items():
        names, shown = maps[rows].unique(), maps["of"].unique()
        panels, left = left[: len(names)], left[len(names) :]
        limit = maps["value"].abs().max()
        groups = maps.groupby([rows, "of"], sort=False)
        for panel, (_, cells) in zip(panels[:, : len(shown)].flat, groups, strict=True):
            draw(cells, panel, limit)
        for panel, of in zip(panels[0], shown, strict=False):
            panel.set_title(words(of))
        for panel, name in zip(panels[:, 0], names, strict=True):
            panel.set_ylabel(name, rotation=0, ha="right", va="center")
        for spare in panels[:, len(shown) :].flat:
            spare.set_visible(False)  # it keeps the place, so that columns and scales line up
        figure.colorbar(panels[0, 0].images[0], ax=list(panels.flat), label=label, fraction=0.03)
    return figure


def by_kind(maps: pd.DataFrame, unit: str) -> dict[str, pd.DataFrame]:
    """Maps of channels and of objects, which have other units; without the former if there are
    none."""
    of_channel = maps["of"].isin(CHANNELS)
    kinds = {
        f"{unit} per unit\nof the channel": maps[of_channel],
        f"{unit}, when put\ninto an unseen cell": maps[~of_channel],
    }
    return {label: kind for label, kind in kinds.items() if len(kind)}


def state_page(name: str, table: pd.DataFrame) -> Figure:
    """What the embedding of each cell of the view adds, and how much that differs over scenes.

    `table`, here and below, is the maps table of the model `name`: circuit, onto, measure, of, x,
    y, value, head, rtg.
    """
    maps = table[(table["onto"] == "F-R") & (table["circuit"] == "embedding")]
    weights = by_kind(maps[maps["measure"] == "weight"], "logits")
    seen = maps[(maps["measure"] == "sd") & maps["of"].isin(["object", "colour", "cell"])]
    figure = draw_grids(weights | {"logits, spread\nover scenes (sd)": seen}, "measure")
    figure.suptitle(f"{name}: what each cell of the state token adds to\n{PREFERENCE}")
    return figure


def qk_page(name: str, table: pd.DataFrame) -> Figure:
    """Which cells of the view turn heads' attention, at the highest reward-to-go."""
    rtg = table["rtg"].max()
    scores = table[(table["measure"] == "gradient") & (table["rtg"] == rtg)]
    figure = draw_grids(by_kind(scores, "score"), "head")
    figure.suptitle(
        f"{name}: which cells turn attention to the reward-to-go (red)\n"
        f"or to the state (blue): gradient at reward-to-go {rtg:g}"
    )
    return figure


def ov_page(name: str, table: pd.DataFrame) -> Figure:
    """What heads add for each cell of the view."""
    maps = table[(table["onto"] == "F-R") & (table["circuit"] == "OV")]
    figure = draw_grids(by_kind(maps, "logits"), "head")
    figure.suptitle(f"{name}: what heads add to {PREFERENCE}\nwhen they attend to the state token")
    return figure
