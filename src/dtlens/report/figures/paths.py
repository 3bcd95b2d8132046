"""Whether the MLP amplifies what heads do to the preference for forward over right (claim 21)."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.env.dynamic_obstacles import FRONTS
from dtlens.report.figures.arms import Arms, draw_groups, panels_of_arms
from dtlens.report.figures.pairs import contrast, in_logits, kinds, of_kind
from dtlens.report.figures.style import HEADS, NEUTRAL, legend_below, of_components

AMPLIFIES = 0.5  # from where on more goes through the MLP than directly, and to the same side


def draw(table: pd.DataFrame, axes: Axes) -> Axes:
    """The signed share of each head's effect that goes through the MLP, by the object in front.

    `table` holds the rows of one arm, kind of pair and reward-to-go: front, component, path, cell,
    through_mlp. Shaded: the MLP moves the preference as the head itself does, and by more.
    """
    axes.axhspan(AMPLIFIES, 1, color="#EEEEEE", linewidth=0)
    axes.axhline(0, color=NEUTRAL, linewidth=0.6)
    shares = table[table["path"] == "MLP"].assign(value=table["through_mlp"])
    return draw_groups(shares, axes, "front", FRONTS, "component", of_components(*HEADS))


def page(arms: Arms) -> Figure:
    """A panel for each kind of pair and reward-to-go (rows) and arm (columns).

    Tables of paths, heads by role: weights, pair, front, rtg, component, path, measure,
    through_mlp.
    """
    arms = in_logits(arms)
    shown = kinds(arms)
    figure, panels = panels_of_arms(arms, shown, 4, 1.7)
    for kind, table, panel in panels:
        draw(of_kind(table[table["weights"] == "trained"], kind), panel)
        panel.set(ylim=(-1.05, 1.05), ylabel=contrast(kind, shown))
        panel.label_outer()
    legend_below(figure, [panels[0][-1]])
    figure.suptitle(
        "How much of a head's effect goes through the MLP: its share of both ways,\n"
        "negative where it counteracts (shaded: it amplifies; dots: models; dashes: their mean)"
    )
    return figure
