"""How attention to the reward-to-go changes with what is in front of the agent (claim 19)."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.env.dynamic_obstacles import FRONTS
from dtlens.report.figures.arms import Arms, draw_groups, levels, panels_of_arms
from dtlens.report.figures.style import HEADS, NEUTRAL, legend_below, of_components

MEASURES = {
    "circuit": "QK circuit\n(state x RTG key)",
    "score": "score\n(RTG less state)",
    "attention": "attention\nto the RTG",
}


def draw(table: pd.DataFrame, axes: Axes) -> Axes:
    """Each model's change when the object comes to be in front, by head (colours).

    `table` holds the rows of one arm, measure and reward-to-go: front, head, cell, change (the
    scene less the same scene with the cell in front emptied).
    """
    axes.axhline(0, color=NEUTRAL, linewidth=0.6)
    changes, heads = table.assign(value=table["change"]), of_components(*HEADS)
    return draw_groups(changes, axes, "front", FRONTS[1:], "head", heads)  # but an empty one


def page(arms: Arms) -> Figure:
    """A panel for each measure (rows) and arm (columns), at the highest reward-to-go.

    Tables of attention, heads by role: rtg, front, measure, head, change.
    """
    rtg = max(levels(arms, "rtg"))
    figure, panels = panels_of_arms(arms, list(MEASURES), 3.8, 1.9)
    for measure, table, panel in panels:
        shown = table[(table["measure"] == measure) & (table["rtg"] == rtg)]
        draw(shown, panel).set_ylabel(MEASURES[measure])
        panel.label_outer()
    legend_below(figure, [panels[0][-1]])
    figure.suptitle(
        f"What an object in front changes at RTG {rtg:g}, against the same scenes without it\n"
        "(dots: models; dashes: their mean)"
    )
    return figure
