"""How often each auditor finds a planted flaw."""

import pandas as pd
from matplotlib.figure import Figure

from dtlens.arms import TITLES
from dtlens.figures.style import BLUE, NEUTRAL, ORANGE, Style, bars, legend_below, new_figure

AUDITORS = {"tables": (BLUE, "o", -0.12), "play": (ORANGE, "s", 0.12)}


def page(table: pd.DataFrame) -> Figure:
    """A panel for each encoding: means over models. `table` has arm, auditor, flaw, value, low,
    high, chance."""
    arms, flaws = list(table["arm"].unique()), list(table["flaw"].unique())
    figure, axes = new_figure(1, len(arms), 4.5 * len(arms), 3.4)
    for panel, arm in zip(axes, arms, strict=True):
        for auditor, (colour, sign, shift) in AUDITORS.items():
            rows = table[(table["arm"] == arm) & (table["auditor"] == auditor)]
            rows = rows.set_index("flaw").reindex(flaws)
            at = [place + shift for place in range(len(flaws))]
            style: Style = {"color": colour, "fmt": sign, "markersize": 5}
            panel.errorbar(rows["value"], at, xerr=bars(rows), label=f"sees {auditor}", **style)
        panel.axvline(table["chance"].iloc[0], color=NEUTRAL, linewidth=0.8, linestyle=":")
        panel.set(xlim=(-0.05, 1.05), ylim=(len(flaws) - 0.5, -0.5), title=TITLES[arm])
        panel.set_yticks(range(len(flaws)), flaws if arm == arms[0] else [""] * len(flaws))
        panel.set_xlabel("share of models in which it is found")
    legend_below(figure, axes[:1])
    figure.suptitle("Which flaw was planted? (dotted: chance)")
    return figure
