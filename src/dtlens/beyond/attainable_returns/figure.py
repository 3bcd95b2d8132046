"""How well a target can be met: the best there is, models that learned from waiting, re-asking."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.arms import TITLES
from dtlens.beyond.text import ERRORS
from dtlens.figures.arms import COLOURS, counted
from dtlens.figures.style import GREEN, NEUTRAL, PALE, Colour, Style, bars, legend_below, new_figure

MARKERS = {"index": "s", "one_hot": "^"}
ENCODINGS = {"index": "index", "one_hot": "one-hot"}
WAYS = {"as_told": "as told", "re_asked": "asked again through its curve"}
AGAINST = {"one return for all": "--", "the delayed-goal agent": ":"}
DOSES = ["#BBBBBB", "#FEC44F", "#EC7014", "#8C2D04"]  # from none


def draw_best(best: pd.DataFrame, axes: Axes) -> Axes:
    """The best curve there is, with the spread of episodes that it costs."""
    band: Style = {"color": GREEN, "alpha": 0.2, "linewidth": 0, "label": "its episodes, one sd"}
    axes.fill_between(best["rtg"], best["low"], best["high"], **band)
    line: Style = {"color": GREEN, "linewidth": 4, "alpha": 0.5}
    axes.plot(best["rtg"], best["value"], label="the best curve", **line)
    axes.set(xlim=(-1.03, 1.03), ylim=(-1.08, 1.08), xlabel="target reward-to-go")
    return axes


def draw_doses(targets: pd.DataFrame, axes: Axes) -> Axes:
    """A line for each dose of waiting: the mean return over models, with its interval."""
    for colour, (dose, rows) in zip(DOSES, targets.groupby("dose"), strict=False):
        draw_mean(rows, axes, colour, f"{dose:,} delayed-goal episodes")
    return axes


def draw_mean(rows: pd.DataFrame, axes: Axes, colour: Colour, label: str) -> Axes:
    """A mean over models, and its interval."""
    low, high = rows["low"].clip(-1, 1), rows["high"].clip(-1, 1)
    axes.fill_between(rows["rtg"], low, high, color=colour, alpha=0.2, linewidth=0)
    axes.plot(rows["rtg"], rows["value"], color=colour, linewidth=1.6, label=label)
    return axes


def draw_errors(table: pd.DataFrame, axes: Axes) -> Axes:
    """An error against how many episodes of waiting were learned from, with what it is set
    against: the same models asked again, and a return that does not follow the target."""
    groups = table[table["encoding"].isin(list(MARKERS))]
    doses = sorted(groups["dose"].unique())
    for shift, (encoding, marker) in zip((-0.08, 0.08), MARKERS.items(), strict=True):
        for way, said in WAYS.items():
            rows = groups[(groups["encoding"] == encoding) & (groups["way"] == way)]
            rows = rows.sort_values("dose")
            face = COLOURS[encoding] if way == "as_told" else "white"
            style: Style = {"color": COLOURS[encoding], "mfc": face, "fmt": marker}
            style |= {"markersize": 6, "linestyle": "-" if way == "as_told" else ""}
            at = [doses.index(dose) + shift for dose in rows["dose"]]
            label = f"{ENCODINGS[encoding]}, {said}"
            axes.errorbar(at, rows["value"], yerr=bars(rows), label=label, **style)
    for name, line in AGAINST.items():
        level = table.loc[table["models"] == name, "value"].item()
        axes.axhline(level, color=NEUTRAL, linestyle=line, linewidth=1, label=name)
    axes.set_xticks(range(len(doses)), [f"{dose:,}" for dose in doses])
    axes.set(xlabel="delayed-goal episodes learned from", yscale="log", ylim=(1e-4, 2))
    return axes


def targets_page(table: pd.DataFrame) -> Figure:
    """The best curve there is and those of our recipe's models, by encoding and dose of waiting.

    Table targets: models, encoding, dose, rtg, value, low, high, n.
    """
    inside = table[table["rtg"].abs().le(1)]
    best = inside[inside["models"] == "any player"]
    figure, axes = new_figure(1, len(ENCODINGS), 10.5, 4.8)
    for panel, (encoding, said) in zip(axes, ENCODINGS.items(), strict=True):
        rows = inside[inside["models"].isin([encoding, "delayed goal"])]
        rows = rows[rows["encoding"] == encoding]
        draw_doses(rows, draw_best(best, panel)).set_title(f"our recipe, {said}")
    axes[0].set_ylabel("mean return")
    legend_below(figure, list(axes), columns=3)
    figure.suptitle("Which targets can be met, and which are (bands: 95% over models)")
    return figure


def page(table: pd.DataFrame) -> Figure:
    """Both errors against the dose of waiting.

    Table attainable_returns: models, encoding, dose, way, error, value, low, high.
    """
    rows = table[table["models"].isin([*ENCODINGS, "delayed goal", *AGAINST])]
    figure, axes = new_figure(1, len(ERRORS), 10.5, 4.8)
    for panel, (error, title) in zip(axes, ERRORS.items(), strict=True):
        draw_errors(rows[rows["error"] == error], panel).set_title(title)
    axes[0].set_ylabel("root mean square over the window's targets")
    legend_below(figure, axes[:1], columns=3)
    figure.suptitle("What it takes that a target is met (bars: 95% over models)")
    return figure


def beyond_page(targets: pd.DataFrame) -> Figure:
    """A panel for each arm: what models return told more, or less, than any episode returns.

    Table targets: models, rtg, value, low, high, n.
    """
    arms = [arm for arm in TITLES if arm in set(targets["models"])]
    figure, axes = new_figure(1, len(arms), 3.1 * len(arms), 3.8, "row")
    for panel, arm in zip(axes, arms, strict=True):
        rows = targets[targets["models"] == arm]
        panel.axvspan(-1, 1, color=PALE, alpha=0.4, linewidth=0, label="the study's range")
        best: Style = {"color": NEUTRAL, "linestyle": ":", "linewidth": 1}
        panel.plot(rows["rtg"], np.clip(rows["rtg"], -1, 0.967), label="the best curve", **best)
        draw_mean(rows, panel, COLOURS[arm], "mean over models")
        panel.set_title(f"{TITLES[arm]}\n({counted(int(rows['n'].min()), 'model')})")
        panel.set(xlabel="target reward-to-go", ylim=(-1.08, 1.08))
    axes[0].set_ylabel("mean return")
    legend_below(figure, [axes[0]])
    figure.suptitle("Told more, or less, than any episode returns (bands: 95% over models)")
    return figure
