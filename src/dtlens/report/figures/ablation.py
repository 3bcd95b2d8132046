"""What models do without some of their components (figure 7 of the study)."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.env.dynamic_obstacles import FRONTS
from dtlens.report.figures.arms import Arms, draw_groups, levels, panels_of_arms
from dtlens.report.figures.style import HEADS, NEUTRAL, Style, legend_below, of_components

REFERENCES = {"zero": "_", "mean": "x", "resample": "^"}
HALVES = ["choosing", "testing"]  # of the placed scenes
ABLATED = [*HEADS, "both heads", "MLP"]


def draw(table: pd.DataFrame, axes: Axes) -> Axes:
    """P(forward) by the object in front: whole, and without each head, both, and the MLP (colours).

    `table` holds the rows of one arm and reward-to-go: ablated, reference, evidence, event, cell,
    value. Dots are models, whole or with components replaced by zero; a dash is their mean. Other
    markers are means over models with the components' mean, or other steps' output, in place.
    """
    bank = table[table["evidence"].isin(HALVES)].replace({"ablated": {"none": "whole"}})
    axes.axhline(1 / 3, color="#BBBBBB", linewidth=0.6)
    for reference, marker in REFERENCES.items():
        rows = bank[bank["reference"].isin([reference, "none"] if marker == "_" else [reference])]
        colours = of_components("whole", *ABLATED)
        means: Style = {"marker": marker, "models": marker == "_"}
        draw_groups(rows, axes, "event", FRONTS, "ablated", colours, **means)
        axes.plot([], [], marker, color=NEUTRAL, label=f"replaced by: {reference}")
    axes.set_ylim(-0.03, 1.03)
    return axes


def page(arms: Arms) -> Figure:
    """A panel for each reward-to-go (rows) and arm (columns).

    Tables of ablation, heads by role: ablated, reference, evidence, event, rtg, value.
    """
    figure, panels = panels_of_arms(arms, sorted(levels(arms, "rtg")), 5, 2.4)
    for rtg, table, panel in panels:
        draw(table[table["rtg"] == rtg], panel).set_ylabel(f"RTG {rtg:g}\nP(forward)")
        panel.label_outer()
    legend_below(figure, [panels[0][-1]])
    figure.suptitle(
        "P(forward) by the object in front, whole and without components"
        " (dots: models; grey line: no preference)"
    )
    return figure
