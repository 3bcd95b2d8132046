"""Every model's value of what the study states, beside where it should lie."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.report.arms import OURS, OWN, REPLICA, TITLES
from dtlens.report.claims.judge import Claim, decisive
from dtlens.report.figures.arms import COLOURS, MARKERS
from dtlens.report.figures.style import NEUTRAL, PALE, Style, legend_below, new_figure

ARMS = (OWN, REPLICA, *OURS)
ALLOWED = "#DDF0EC"
EDGE = 0.06  # of a row's scale, beside the outermost value


def scale(rows: pd.DataFrame) -> tuple[float, float]:
    """Where a row's axis begins and ends: at the outermost of its values and bounds."""
    numbers = rows[["value", "above", "below"]].to_numpy().ravel()
    numbers = numbers[np.isfinite(numbers)]
    least, most = numbers.min(), numbers.max()
    margin = EDGE * ((most - least) or 1)
    return least - margin, most + margin


def draw(rows: pd.DataFrame, axes: Axes) -> Axes:
    """One statement: a lane for each arm, a point for each model, filled where it holds.

    `rows` are those of the table of measures with their bounds: arm, value, holds, above, below.
    Shaded: where the value should lie. A model without a number has a cross at the left.
    """
    start, end = scale(rows)
    above, below = rows["above"].iloc[0], rows["below"].iloc[0]
    axes.axvspan(max(above, start), min(below, end), color=ALLOWED, linewidth=0)
    for lane, arm in enumerate(ARMS):
        own = rows[rows["arm"] == arm]
        colour: Style = {
            "color": COLOURS[arm],
            "markeredgewidth": 0.7,
            "linestyle": "",
            "alpha": 0.8,
        }
        size = 8 if MARKERS[arm] == "*" else 4.5
        for holds, face in ((1, COLOURS[arm]), (0, "white")):
            values = own.loc[own["holds"] == holds, "value"].dropna()
            style = colour | {"markersize": size, "markerfacecolor": face}
            axes.plot(values, [lane] * len(values), MARKERS[arm], **style)
        missing = own["value"].isna().sum()
        at = start + EDGE / 2 * (end - start)
        axes.plot([at] * missing, [lane] * missing, "x", markersize=4, **colour)
    for bound in (above, below):
        if np.isfinite(bound):
            axes.text(
                bound, -0.9, f"{bound:.2g}", ha="center", va="bottom", fontsize=6, color=NEUTRAL
            )
    axes.set(xlim=(start, end), ylim=(len(ARMS) - 0.4, -0.6), yticks=[], xticks=[])
    axes.spines[:].set_visible(False)
    axes.spines["bottom"].set_visible(True)
    axes.spines["bottom"].set_color(PALE)
    return axes


def page(table: pd.DataFrame, claims: list[Claim]) -> Figure:
    """A row for each judged statement of the claims that count, on a scale of its own."""
    counted = [claim.number for claim in claims if not claim.check]
    table = decisive(table)
    table = table[table["arm"].isin(ARMS) & table["claim"].isin(counted)]
    groups = [
        (key, rows)
        for key, rows in table.groupby(["claim", "measure"], sort=False)
        if rows["value"].notna().any()
    ]
    figure, axes = new_figure(len(groups), 1, 11, 0.48 * len(groups) + 1)
    label: Style = {"rotation": 0, "ha": "right", "va": "center", "fontsize": 8}
    for ((number, measure), rows), panel in zip(groups, axes, strict=True):
        draw(rows, panel).set_ylabel(f"{number}  {measure}", **label)
    for arm in ARMS:
        axes[0].plot([], [], MARKERS[arm], color=COLOURS[arm], label=TITLES[arm])
    axes[0].plot([], [], "o", color=NEUTRAL, markerfacecolor="white", label="hollow: does not hold")
    legend_below(figure, axes[:1])
    figure.suptitle("Every model's value, statement by statement (shaded: where it should lie)")
    return figure
