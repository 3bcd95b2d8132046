"""What models do without some of their components (figure 7 of the study)."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.env.dynamic_obstacles import FRONTS
from dtlens.report.figures.arms import Arms, draw_groups, levels, panels_of_arms
from dtlens.report.figures.style import HEADS, legend_below, of_components

SHOWN = of_components("whole", *HEADS, "both heads", "MLP")


def draw(table: pd.DataFrame, axes: Axes) -> Axes:
    """P(forward) by the object in front: whole, and without each head, both, and the MLP (colours),
    zero in their place.

    `table` holds the rows of one arm and reward-to-go: ablated, reference, evidence, event, cell,
    value; of the placed scenes both halves count.
    """
    bank = table[table["evidence"].isin(["choosing", "testing"])]
    bank = bank[bank["reference"].isin(["none", "zero"])].replace({"ablated": {"none": "whole"}})
    axes.axhline(1 / 3, color="#BBBBBB", linewidth=0.6)
    draw_groups(bank, axes, "event", FRONTS[1:], "ablated", SHOWN)  # but an empty one
    axes.set_ylim(-0.03, 1.03)
    return axes


def page(arms: Arms) -> Figure:
    """A panel for each reward-to-go (rows) and arm (columns).

    Tables of ablation, heads by role: ablated, reference, evidence, event, rtg, value.
    """
    figure, panels = panels_of_arms(arms, sorted(levels(arms, "rtg")), 3.6, 2.2)
    for rtg, table, panel in panels:
        draw(table[table["rtg"] == rtg], panel).set_ylabel(f"told {rtg:g}\nP(forward)")
        panel.label_outer()
    legend_below(figure, [panels[0][-1]])
    figure.suptitle(
        "P(forward) by the object in front, whole and with zero in a component's place\n"
        "(dots: models; dashes: their mean; grey line: no preference)"
    )
    return figure
