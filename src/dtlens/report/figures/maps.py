"""7x7 maps of the view as the agent sees it (figures 14 to 17 of the study).

The agent, a triangle, is at the bottom in the middle and faces up; the cell in front of it has a
frame, and its value is below the map. Values are means over the models of an arm; crossed are the
cells where fewer than 5 of 6 models have the mean's sign.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dtlens.env.minigrid import FRONT, VIEW
from dtlens.report.figures.arms import Arms, pooled, title
from dtlens.report.figures.style import PREFERENCE, Style, new_figure, words

CHANNELS = ["object", "colour", "state"]
AGREE = 5 / 6  # share of models from which on a sign is said to be all models'
SATURATED = 0.99  # quantile of a grid's absolute values at which its colours end
NOTE = "(means over models; crossed: their signs differ;\ncolours end at the 99th percentile)"


def over_models(maps: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Means over models, and the share of models with the mean's sign: value, agree.

    `maps` has x, y, cell, value, and the columns `by` that tell maps apart.
    """
    keys = [*by, "x", "y"]
    cells = maps.groupby(keys, sort=False)["value"]
    same = np.sign(maps["value"]) == np.sign(cells.transform("mean"))
    agree = same.groupby([maps[key] for key in keys], sort=False).mean()
    return pd.DataFrame({"value": cells.mean(), "agree": agree}).reset_index()


def draw(cells: pd.DataFrame, axes: Axes, limit: float) -> Axes:
    """One map: a row for each cell, with x, y, value, agree. Colours end at -limit and limit."""
    cells = cells.sort_values(["y", "x"])
    view = cells["value"].to_numpy().reshape(VIEW[:2])
    axes.imshow(view, cmap="RdBu_r", vmin=-limit, vmax=limit)
    axes.set_anchor("W")  # else room for names is made from where the axes would begin unshrunk
    differ = cells[cells["agree"] < AGREE]
    cross: Style = {"markersize": 3.5, "color": "#777777", "markeredgewidth": 0.6}
    axes.plot(differ["x"], differ["y"], "x", **cross)
    x, y = FRONT
    axes.add_patch(
        Rectangle((x - 0.5, y - 0.5), 1, 1, fill=False, edgecolor="black", linewidth=1.5)
    )
    axes.plot(x, y + 1, marker="^", color="black", markersize=5)
    axes.set(xticks=[], yticks=[])
    axes.set_xlabel(f"front {view[y, x]:+.2f}", fontsize="x-small")
    axes.spines[:].set_visible(True)
    return axes


def draw_grids(grids: dict[str, pd.DataFrame]) -> Figure:
    """Grids of maps one under the other, each on one scale of its own.

    A grid has a column for each value of `of` and a row for each of `row`; its key says what the
    colours stand for, and in which units.
    """
    columns = max(maps["of"].nunique() for maps in grids.values())
    count = sum(maps["row"].nunique() for maps in grids.values())
    figure, axes = new_figure(count, columns, 1.5 * columns + 3, 1.55 * count + 0.8)
    left = np.array(axes).reshape(count, columns)
    for label, maps in grids.items():
        names, shown = maps["row"].unique(), maps["of"].unique()
        panels, left = left[: len(names)], left[len(names) :]
        maps = over_models(maps, ["row", "of"])
        limit = float(maps["value"].abs().quantile(SATURATED))
        low = min(0.0, float(np.sign(maps["value"].min())))
        groups = maps.groupby(["row", "of"], sort=False)
        for panel, (_, cells) in zip(panels[:, : len(shown)].flat, groups, strict=True):
            draw(cells, panel, limit)
        for panel, of in zip(panels[0], shown, strict=False):
            panel.set_title(words(of))
        for panel, name in zip(panels[:, 0], names, strict=True):
            panel.set_ylabel(name, rotation=0, ha="right", va="center")
        for spare in panels[:, len(shown) :].flat:
            spare.set_visible(False)  # it keeps the place, so that columns and scales line up
        scale: Style = {"label": label, "fraction": 0.03, "panchor": False}
        bar = figure.colorbar(panels[0, 0].images[0], ax=list(panels.flat), **scale)
        bar.ax.set_ylim(low * limit, limit)  # of spreads, the half that there is
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


def rows_of(arms: Arms, circuit: str) -> pd.DataFrame:
    """All rows of a circuit, with the column `row`: the arm, and the head if there is one."""
    tables = []
    for arm, models in arms.items():
        table = pooled(models)
        table = table[table["circuit"] == circuit].sort_values("head", kind="stable")
        tables.append(table.assign(row=title(arm, models) + ("\n" + table["head"]).fillna("")))
    return pd.concat(tables, ignore_index=True)


def state_page(arms: Arms) -> Figure:
    """What the embedding of each cell of the view adds, and how much that differs over scenes.

    `arms`, here and below, hold the tables of maps, heads by role: circuit, onto, measure, of, x,
    y, value, head, rtg.
    """
    maps = rows_of(arms, "embedding")
    maps = maps[maps["onto"] == "F-R"]
    weights = by_kind(maps[maps["measure"] == "weight"], "logits")
    seen = maps[(maps["measure"] == "sd") & maps["of"].isin(["object", "colour", "cell"])]
    figure = draw_grids(weights | {"logits, spread\nover scenes (sd)": seen})
    figure.suptitle(f"What each cell of the state token adds to {PREFERENCE}\n{NOTE}")
    return figure


def qk_page(arms: Arms) -> Figure:
    """Which cells of the view turn heads' attention, at the highest reward-to-go."""
    maps = rows_of(arms, "QK")
    rtg = maps["rtg"].max()
    scores = maps[(maps["measure"] == "gradient") & (maps["rtg"] == rtg)]
    figure = draw_grids(by_kind(scores, "score"))
    figure.suptitle(
        f"Which cells turn attention to the reward-to-go (red) or to the state (blue):\n"
        f"gradient at reward-to-go {rtg:g}\n{NOTE}"
    )
    return figure


def ov_page(arms: Arms) -> Figure:
    """What heads add for each cell of the view."""
    maps = rows_of(arms, "OV")
    figure = draw_grids(by_kind(maps[maps["onto"] == "F-R"], "logits"))
    figure.suptitle(f"What heads add to {PREFERENCE} when they attend to the state token\n{NOTE}")
    return figure
