"""How alike a model is to its agent, to other agents and to other models."""

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from dtlens.arms import TITLES
from dtlens.figures.style import BLUE, GREEN, GREY, NEUTRAL, Style, bars, legend_below, new_figure

BESIDE = {"its teacher": BLUE, "another teacher": GREY, "another student": GREEN}
MEASURES = {
    "agreement": "same likeliest action\n(share of scenes)",
    "preference": "F-R over scenes\n(Pearson's r)",
    "effects": "what emptying a cell does\n(r over scenes and cells)",
    "map": "where it hangs on the view\n(r over cells)",
    "inside": "what it has before it decides\n(linear CKA over scenes)",
    "unread": "the same, less what\nlogits are read off",
}


def page(table: pd.DataFrame) -> Figure:
    """A panel for each of `MEASURES`, a group for each arm: means over its models.

    `table` has arm, beside, measure, value, low, high.
    """
    arms = [arm for arm in TITLES if arm in set(table["arm"])]
    columns = len(MEASURES) // 2
    figure, axes = new_figure(2, columns, 4.6 * columns, 7)
    for (measure, title), panel in zip(MEASURES.items(), axes, strict=True):
        rows = table[table["measure"] == measure]
        for index, (who, colour) in enumerate(BESIDE.items()):
            own = rows[rows["beside"] == who].set_index("arm").reindex(arms)
            place = np.arange(len(arms)) + 0.25 * (index - 1)
            line: Style = {"fmt": "o", "color": colour, "markersize": 5}
            panel.errorbar(place, own["value"], yerr=bars(own), label=f"beside {who}", **line)
        panel.set_xticks(
            range(len(arms)), [fill(TITLES[arm], 12) for arm in arms], fontsize="small"
        )
        panel.axhline(0, color=NEUTRAL, linewidth=0.6)
        panel.set_title(title)
        panel.set_ylim(min(-0.05, panel.get_ylim()[0]), 1.05)
    legend_below(figure, axes[:1])
    figure.suptitle("Does a model copy its its teacher, or what all agents do?")
    return figure
