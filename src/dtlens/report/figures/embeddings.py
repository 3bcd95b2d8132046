"""What the embeddings of the reward-to-go and of time hold of the preference for an action."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.report.figures.arms import COLOURS, Arms, draw_groups, pooled, title
from dtlens.report.figures.style import NEUTRAL, PALE, PREFERENCE, Style, legend_below, new_figure

LEAST = 1e-3  # share of the training steps from which on a time is shown
WAYS = {
    ("F-R", ""): "forward - right",
    ("F-R", "obstacle head"): "forward - right,\nby obstacle head",
    ("F-R", "other head"): "forward - right,\nby other head",
    ("R-L", ""): "right - left",
}


def draw_rtg(arms: Arms, axes: Axes) -> Axes:
    """Each model's RTG embedding on the preferences, and what its heads write there when they
    attend to it alone, by arm (colours).

    Grey: where 95% of random directions of its length lie, in the mean over models.
    """
    names = {arm: title(arm, models).replace("\n", " ") for arm, models in arms.items()}
    tables = [pooled(models).assign(arm=names[arm]) for arm, models in arms.items()]
    table = pd.concat(tables).fillna({"through": ""})
    keys = zip(table["onto"], table["through"], strict=True)
    table["way"], ways = [WAYS.get(key, "") for key in keys], [*WAYS.values()]
    axes.axhline(0, color=NEUTRAL, linewidth=0.6)
    null = table.groupby("way")[["null_low", "null_high"]].mean().reindex(ways)
    height = null["null_high"] - null["null_low"]
    band: Style = {"bottom": null["null_low"], "width": 0.9, "color": PALE, "linewidth": 0}
    axes.bar(range(len(null)), height, label="95% of random directions", **band)
    draw_groups(table, axes, "way", ways, "arm", {names[arm]: COLOURS[arm] for arm in arms})
    axes.set(ylabel="logits per unit of reward-to-go")
    return axes


def draw_time(arms: Arms, axes: Axes) -> Axes:
    """The time embedding on forward against right at each t: thin lines for models, thick ones for
    an arm's mean.

    Only times that hold a thousandth of the training steps are shown: later ones are little more
    than their initialisation.
    """
    axes.axhline(0, color=NEUTRAL, linewidth=0.6)
    share = axes.twinx()
    for arm, models in arms.items():
        table = pooled(models)
        table = table[(table["onto"] == "F-R") & (table["share"] >= LEAST)]
        curves = table.pivot_table(index="t", columns="cell", values="value")
        axes.plot(curves, color=COLOURS[arm], linewidth=0.4, alpha=0.5)
        axes.plot(curves.mean(axis=1), color=COLOURS[arm], linewidth=1.6)
        seen = table.groupby("t")["share"].mean()
        share.plot(seen, color=COLOURS[arm], linewidth=0.8, linestyle=":")
    axes.set(xlabel="timestep t", ylabel="logits", xlim=(0, None))
    share.set(yscale="log", ylabel="share of training steps at t (dotted)")
    share.spines["right"].set_visible(True)
    return axes


def page(rtg: Arms, time: Arms) -> Figure:
    """The RTG embedding and what heads make of it; the time embedding on forward against right.

    `rtg` holds the tables rtg_embedding, heads by role: onto, through, value, null_low, null_high;
    `time` the tables time_embedding: t, onto, value, share.
    """
    figure, (left, right) = new_figure(1, 2, 13, 4)
    draw_rtg(rtg, left).set_title("RTG embedding")
    draw_time(time, right).set_title(f"time embedding, onto {PREFERENCE}")
    legend_below(figure, [left])
    figure.suptitle(
        "Preferences that embeddings hold"
        " (dots and thin lines: models; dashes and thick lines: their mean)"
    )
    return figure
