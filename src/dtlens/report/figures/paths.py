"""Whether the MLP amplifies what heads do to the preference for forward over right (claim 21)."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.env.dynamic_obstacles import FRONTS
from dtlens.report.figures.arms import Arms, draw_groups, levels, panels_of_arms
from dtlens.report.figures.style import HEADS, NEUTRAL, legend_below, of_components

PAIRS = {
    "rtg": "told {rtg:g}\nrather than another",
    "front": "something in front\nor not, told {rtg:g}",
}


def draw(table: pd.DataFrame, axes: Axes) -> Axes:
    """The signed share of each head's effect that goes through the MLP, by the object in front.

    `table` holds the rows of one arm, kind of pair and reward-to-go: front, component, path, cell,
    through_mlp. Shaded: the MLP moves the preference as the head itself does.
    """
    axes.axhspan(0, 1, color="#EEEEEE", linewidth=0)
    axes.axhline(0, color=NEUTRAL, linewidth=0.6)
    shares = table[table["path"] == "MLP"].assign(value=table["through_mlp"])
    return draw_groups(shares, axes, "front", FRONTS, "component", of_components(*HEADS))


def page(arms: Arms) -> Figure:
    """A panel for each kind of pair and reward-to-go (rows) and arm (columns).

    Tables of paths, heads by role: weights, pair, front, rtg, component, path, measure,
    through_mlp.
    """
    ends = {min(rtgs := levels(arms, "rtg")), max(rtgs)}
    shown = [(pair, rtg) for pair in PAIRS for rtg in sorted(ends)]
    figure, panels = panels_of_arms(arms, shown, 4, 1.7)
    for (pair, rtg), table, panel in panels:
        where = {"weights": "trained", "measure": "logit_difference", "pair": pair, "rtg": rtg}
        draw(table[(table[[*where]] == [*where.values()]).all(axis=1)], panel)
        panel.set(ylim=(-1.05, 1.05), ylabel=PAIRS[pair].format(rtg=rtg))
        panel.label_outer()
    legend_below(figure, [panels[0][-1]])
    figure.suptitle(
        "How much of a head's effect goes through the MLP: its share of both ways,\n"
        "negative where it counteracts (shaded: it amplifies; dots: models; dashes: their mean)"
    )
    return figure
