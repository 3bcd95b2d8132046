"""What changes in models with the target reward-to-go, in placed scenes."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.env.dynamic_obstacles import SWITCHED
from dtlens.report.figures.arms import Arms, panels_of_arms
from dtlens.report.figures.style import FRONT_COLOURS, HEADS, legend_below, of_components, words

CONTRIBUTIONS = [*SWITCHED, "wall"]  # front objects whose contributions have a panel


def draw_contributions(table: pd.DataFrame, axes: Axes) -> Axes:
    """Each component's mean part in forward minus right (the study's figure 3).

    `table` holds the contributions with one front object: rtg, component, cell, value. Time,
    position and biases, the same whatever the target, are in the sum ("whole") alone.
    """
    axes.axhline(0, color="#BBBBBB", linewidth=0.8)
    for name, colour in of_components("state", *HEADS, "MLP", "whole").items():
        lines(table[table["component"] == name], axes, colour, name)
    return axes


def draw_fronts(table: pd.DataFrame, axes: Axes) -> Axes:
    """One measure by the object in front (colours): rtg, front, cell, value."""
    for front, colour in FRONT_COLOURS.items():
        lines(table[table["front"] == front], axes, colour, words(front))
    axes.set_ylim(-0.03, 1.03)
    return axes


def lines(rows: pd.DataFrame, axes: Axes, colour: str, label: str) -> None:
    """A thin line for each model, a thick one for their mean."""
    curves = rows.pivot_table(index="rtg", columns="cell", values="value")
    axes.plot(curves, color=colour, linewidth=0.5, alpha=0.45)
    axes.plot(curves.mean(axis=1), color=colour, linewidth=1.8, label=label)
    axes.set_xlim(-1, 1)


def page(arms: Arms) -> Figure:
    """For each arm (columns) contributions with an object of each kind in front; P(forward); and
    the attention of each head to the reward-to-go.

    Tables of the scan, heads by role: rtg, front, measure, component, value.
    """
    rows = [*CONTRIBUTIONS, "probability", *HEADS]
    figure, panels = panels_of_arms(arms, rows, 3.6, 1.75)
    for row, table, panel in panels:
        if row in CONTRIBUTIONS:
            shown = table[(table["measure"] == "contribution") & (table["front"] == row)]
            draw_contributions(shown, panel).set_ylabel(f"{words(row)}\nin front: logits")
        elif row == "probability":
            draw_fronts(table[table["measure"] == row], panel).set_ylabel("P(forward)")
            panel.axhline(1 / 3, color="#BBBBBB", linewidth=0.8)
        else:
            shown = table[(table["measure"] == "attention") & (table["component"] == row)]
            draw_fronts(shown, panel).set_ylabel(f"{row}:\nattention to RTG")
        panel.label_outer()
    for _, _, panel in panels[-len(arms) :]:
        panel.set_xlabel("target reward-to-go")
    legend_below(figure, [panel for _, _, panel in panels], columns=5)
    figure.suptitle(
        "What the target reward-to-go changes in placed scenes (thin: models; thick: their mean)"
    )
    return figure
