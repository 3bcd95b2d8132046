"""What the figures come to: means in groups with their intervals, and curves over targets."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.report.arms import TITLES
from dtlens.report.figures.arms import COLOURS, MARKERS
from dtlens.report.figures.style import NEUTRAL, PALE, Style, bars, legend_below, new_figure

Styles = dict[str, Style]  # of each of the column `series`, by what it is called in the legend
OF_ARMS: Styles = {TITLES[arm]: {"color": COLOURS[arm], "fmt": MARKERS[arm]} for arm in TITLES}
ENCODINGS = {"index": "index", "one_hot": "one-hot"}


def draw_means(rows: pd.DataFrame, styles: Styles, axes: Axes) -> list[str]:
    """A row for each `group`, in it the values of each `series` with their intervals; the groups.

    `rows` has group, series, value, low, high.
    """
    groups = list(rows["group"].unique())
    shown = {name: style for name, style in styles.items() if name in set(rows["series"])}
    for index, (name, style) in enumerate(shown.items()):
        own = rows[rows["series"] == name].set_index("group").reindex(groups)
        at = np.arange(len(groups)) + 0.7 * ((index + 0.5) / len(shown) - 0.5)
        marked: Style = {"fmt": "o", "markersize": 5, "elinewidth": 0.8} | style
        axes.errorbar(own["value"], at, xerr=bars(own), label=name, **marked)
    for boundary in range(1, len(groups)):
        axes.axhline(boundary - 0.5, color=PALE, linewidth=0.8)
    axes.set_ylim(len(groups) - 0.5, -0.5)
    return groups


def page_of_means(
    rows: pd.DataFrame, panels: dict[str, str], styles: Styles, title: str, columns: int = 8
) -> Figure:
    """`draw_means` for each of `panels`, values of the column `panel`, with its title."""
    columns = min(columns, len(panels))
    lines = rows.groupby("panel")["group"].nunique().max()
    height = -(-len(panels) // columns)
    size = (3.2 * columns + 2, (0.3 * lines + 1.2) * height + 0.6)
    figure, axes = new_figure(height, columns, *size)
    before: list[str] = []
    for index, ((panel, heading), at) in enumerate(zip(panels.items(), axes, strict=False)):
        groups = draw_means(rows[rows["panel"] == panel], styles, at)
        again = index % columns and groups == before
        at.set_yticks(range(len(groups)), [""] * len(groups) if again else groups)
        at.set_title(heading)
        before = groups
    for unused in axes[len(panels) :]:
        unused.set_visible(False)
    legend_below(figure, axes[:1], columns + 1)
    figure.suptitle(title)
    return figure


def page_of_curves(
    rows: pd.DataFrame, panels: dict[str, str], styles: Styles, title: str
) -> Figure:
    """A panel for each of `panels`, values of the column `panel`: the mean return of each `series`
    at its target, with the interval. `rows` has panel, series, rtg, value, low, high."""
    figure, axes = new_figure(1, len(panels), 3.8 * len(panels), 4.2, "row")
    for (panel, heading), at in zip(panels.items(), axes, strict=True):
        own = rows[rows["panel"] == panel].sort_values("rtg")
        rtg = own["rtg"].unique()
        at.plot(rtg, rtg.clip(-1, 1), ":", color=NEUTRAL, linewidth=1, label="what is told")
        for name, style in styles.items():
            curve = own[own["series"] == name]
            low, high = curve["low"].clip(-1, 1), curve["high"].clip(-1, 1)
            at.fill_between(curve["rtg"], low, high, alpha=0.2, linewidth=0, **style)
            at.plot(curve["rtg"], curve["value"], linewidth=1.6, label=name, **style)
        at.set(title=heading, xlabel="target reward-to-go")
    axes[0].set_ylabel("mean return")
    legend_below(figure, axes[:1], len(panels) + 1)
    figure.suptitle(title)
    return figure
