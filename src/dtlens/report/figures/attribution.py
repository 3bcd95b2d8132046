"""Contributions to the preference for forward over right (figure 3 of the study)."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.env.dynamic_obstacles import FRONTS
from dtlens.report.figures.arms import Arms, draw_groups, levels, panels_of_arms
from dtlens.report.figures.style import HEADS, NEUTRAL, PREFERENCE, legend_below, of_components

SHOWN = of_components("state", *HEADS, "MLP", "whole")


def draw(table: pd.DataFrame, axes: Axes) -> Axes:
    """Each model's mean contribution of each component (colours) by the object in front.

    `table` holds the rows of one arm and reward-to-go: front, component, cell, value. Time,
    position and biases, the same whatever is in front, are in the sum ("whole") alone.
    """
    axes.axhline(0, color=NEUTRAL, linewidth=0.6)
    return draw_groups(table, axes, "front", FRONTS, "component", SHOWN)


def page(arms: Arms) -> Figure:
    """A panel for each reward-to-go (rows) and arm (columns).

    Tables of attribution, heads by role: rtg, front, component, value.
    """
    figure, panels = panels_of_arms(arms, levels(arms, "rtg"), 4.6, 2.2)
    for rtg, table, panel in panels:
        draw(table[table["rtg"] == rtg], panel).set_ylabel(f"RTG {rtg:g}\nlogits")
        panel.label_outer()
    legend_below(figure, [panels[0][-1]])
    figure.suptitle(
        f"What each component adds to {PREFERENCE}, by the object in front\n"
        "(dots: models; dashes: their mean; whole: the sum of all parts)"
    )
    return figure
