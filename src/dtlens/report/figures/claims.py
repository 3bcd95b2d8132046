"""What became of the study's claims: a matrix of all, and every statement's number."""

import re

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from dtlens.report.arms import TITLES
from dtlens.report.figures.arms import COLOURS, MARKERS
from dtlens.report.figures.style import NEUTRAL, Style, legend_below, new_figure

VERDICT_COLOURS = {"holds": "#80CDC1", "undecided": "#EEEEEE", "does not hold": "#DFA35D"}
OF_MODELS = ["model", "models", "run", "runs", "seed", "seeds"]  # units that are models
ALLOWED = "#DDF0EC"
FILLED = {
    "holds": 1.0,
    "undecided": 0.35,
    "does not hold": 0.0,
}  # from white to coloured


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of one reference: the mean, where several were tried."""
    return table[table["reference"].isna() | table["reference"].isin(["", "mean"])]


def heading(arm: str, table: pd.DataFrame) -> str:
    """An arm, and how many models its numbers are of, if they are of models."""
    number = table.loc[(table["arm"] == arm) & table["unit"].isin(OF_MODELS), "n"].max()
    words = re.sub("(,|'s|its) ", r"\1\n", TITLES[arm])
    return words if np.isnan(number) else f"{words}\n(n = {number:.0f})"


def draw(table: pd.DataFrame, axes: Axes, titles: dict[int, str]) -> Axes:
    """Claims (rows) by arms (columns): how many of a claim's statements hold, as a number, and as
    the coloured share of the cell, beside those that do not and those undecided.

    `table` holds the table of claims, `titles` the claims' names by their number.
    """
    claims = [number for number in titles if number in set(table["claim"])]
    arms = [arm for arm in TITLES if arm in set(table["arm"])]
    counts = pd.crosstab([table["claim"], table["arm"]], table["statement"])
    counts = counts.reindex(columns=list(VERDICT_COLOURS), fill_value=0)
    row = counts.index.get_level_values("claim").map(claims.index).to_numpy()
    column = counts.index.get_level_values("arm").map(arms.index).to_numpy()
    total, left = counts.sum(axis=1).to_numpy(), column - 0.46
    for verdict, colour in VERDICT_COLOURS.items():
        width = 0.92 * counts[verdict].to_numpy() / total
        axes.barh(row, width, left=left, height=0.84, color=colour, label=verdict)
        left = left + width
    for x, y, holds, count in zip(column, row, counts["holds"], total, strict=True):
        axes.text(x, y, f"{holds}/{count}", ha="center", va="center", fontsize="small")
    axes.set_yticks(range(len(claims)), [f"{titles[number]}  {number}" for number in claims])
    axes.set_xticks(range(len(arms)), [heading(arm, table) for arm in arms], fontsize="small")
    axes.set(xlim=(-0.5, len(arms) - 0.5), ylim=(len(claims) - 0.5, -0.5))
    axes.tick_params(left=False, bottom=False, labeltop=True, labelbottom=False)
    axes.spines[:].set_visible(False)
    return axes


def page(table: pd.DataFrame, titles: dict[int, str]) -> Figure:
    """Every claim in every arm.

    `table` is the table of claims: claim, measure, reference, arm, value, low, high, n, unit,
    above, below, verdict, data; shown are the rows without a reference and those of the mean.
    """
    table = shown(table[table["claim"].isin(list(titles))])
    figure, (axes,) = new_figure(1, 1, 9.5, 0.31 * table["claim"].nunique() + 1.5)
    draw(table, axes, titles)
    handles = [Patch(color=colour, label=name) for name, colour in VERDICT_COLOURS.items()]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
    figure.suptitle("How many of each claim's statements hold, by group of models")
    return figure


def draw_statements(table: pd.DataFrame, axes: Axes, titles: dict[int, str]) -> Axes:
    """A row for each statement, under its claim's name: each arm's number with its 95% interval,
    on the row's own scale from its smallest to its largest; where it should lie is shaded.

    Filled markers: the statement holds; pale ones: undecided; hollow ones: it does not. The
    training data's own number is a dotted dash.
    """
    statements = table[["claim", "measure"]].drop_duplicates().sort_values("claim", kind="stable")
    statements["row"] = np.arange(len(statements)) + statements["claim"].rank(method="dense")
    table = table.merge(statements, on=["claim", "measure"])
    least, most = limits(table)
    bounds = table.drop_duplicates("row").set_index("row").sort_index()
    start, end = (
        scaled(bounds[name], least, most).clip(-0.03, 1.03) for name in ("above", "below")
    )
    axes.barh(start.index, end - start, left=start, height=0.9, color=ALLOWED, label="should lie")
    arms = [arm for arm in TITLES if arm in set(table["arm"])]
    for index, arm in enumerate(arms):
        rows = table[table["arm"] == arm].set_index("row")
        offset = (index - (len(arms) - 1) / 2) * 0.78 / len(arms)
        value, low, high = (scaled(rows[name], least, most) for name in ("value", "low", "high"))
        axes.hlines(rows.index + offset, low, high, color=COLOURS[arm], linewidth=1)
        style: Style = {
            "marker": MARKERS[arm],
            "markersize": 5,
            "linestyle": "",
            "color": COLOURS[arm],
        }
        style |= {"markeredgecolor": COLOURS[arm], "markeredgewidth": 0.8}
        for verdict, filled in FILLED.items():
            there = value[rows["verdict"] == verdict]
            face = 1 - filled * (1 - np.array(to_rgb(COLOURS[arm])))
            axes.plot(there, there.index + offset, markerfacecolor=tuple(face), **style)
        axes.plot([], [], label=heading(arm, table).replace("\n", " "), **style)
    data = bounds["data"].dropna()
    known = scaled(data, least, most)
    sides: Style = {"linestyle": ":", "color": NEUTRAL, "label": "the data's own"}
    axes.vlines(known, known.index - 0.45, known.index + 0.45, **sides)
    label_rows(bounds, axes, least, most, titles)
    return axes


def label_rows(
    bounds: pd.DataFrame,
    axes: Axes,
    least: "pd.Series[float]",
    most: "pd.Series[float]",
    titles: dict[int, str],
) -> None:
    """What each row (index) of `bounds` is about, its rule, and the ends of its scale."""
    axes.set_yticks(bounds.index, bounds["measure"])
    for row, above, below in zip(bounds.index, bounds["above"], bounds["below"], strict=True):
        small: Style = {"va": "center", "fontsize": "x-small", "color": NEUTRAL}
        axes.text(-0.045, row, f"{least[row]:.2g}", ha="right", **small)
        axes.text(1.045, row, f"{most[row]:.2g}", ha="left", **small)
        axes.text(1.16, row, rule(above, below), va="center", fontsize="small")
    first = bounds[~bounds["claim"].duplicated()]
    for number, row in zip(first["claim"], first.index, strict=True):
        name = f"{number}  {titles[number]}"
        axes.text(-0.12, row - 1, name, ha="right", va="center", fontweight="bold")
    axes.set(xlim=(-0.12, 1.3), ylim=(bounds.index.max() + 0.7, -0.2), xticks=[])
    axes.tick_params(left=False)
    axes.spines[:].set_visible(False)


def limits(table: pd.DataFrame) -> tuple["pd.Series[float]", "pd.Series[float]"]:
    """The smallest and the largest finite number in each row: of values, intervals, and bounds."""
    names = ["value", "low", "high", "above", "below", "data"]
    numbers = table.set_index("row")[names].replace([np.inf, -np.inf], np.nan)
    by_row = numbers.groupby(level=0)
    return by_row.min().min(axis=1), by_row.max().max(axis=1)


def scaled(
    numbers: "pd.Series[float]", least: "pd.Series[float]", most: "pd.Series[float]"
) -> "pd.Series[float]":
    """Numbers of rows (index), 0 being the row's least and 1 its most."""
    span = (most - least).replace(0, 1)
    return (numbers - least[numbers.index]) / span[numbers.index]


def rule(above: float, below: float) -> str:
    """The bounds in words."""
    if np.isfinite(above) and np.isfinite(below):
        return f"{above:.3g} to {below:.3g}"
    return f"> {above:.3g}" if np.isfinite(above) else f"< {below:.3g}"


def statements_page(table: pd.DataFrame, titles: dict[int, str]) -> Figure:
    """Every statement that has a rule, under its claim's name, in two columns; `table` as in
    `page`."""
    ruled = table[["above", "below"]].abs().min(axis=1) < np.inf
    table = shown(table[ruled & table["claim"].isin(list(titles))])
    sizes = table.groupby("claim")["measure"].nunique() + 1  # its name is a row too
    left = sizes.cumsum() - sizes < sizes.sum() / 2
    figure, panels = new_figure(1, 2, 20, 0.3 * sizes.groupby(left).sum().max() + 2)
    for panel, (_, rows) in zip(panels, table.groupby(~table["claim"].map(left)), strict=True):
        draw_statements(rows, panel, titles)
    legend_below(figure, panels, columns=5)
    figure.suptitle(
        "Every statement, each on its own scale, whose ends are written beside it\n"
        "filled: it holds; pale: undecided; hollow: it does not (bars: 95% intervals)"
    )
    return figure
