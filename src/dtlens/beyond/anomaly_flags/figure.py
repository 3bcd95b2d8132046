"""Which read-outs tell, before a step, that it will do harm."""

import pandas as pd
from matplotlib.figure import Figure

from dtlens.arms import TITLES
from dtlens.figures.arms import COLOURS, MARKERS
from dtlens.figures.style import NEUTRAL, Style, bars, legend_below, new_figure

ARMS = ["study", "index", "one_hot"]
MEASURES = {"auroc": ("AUROC", 0.5), "hits": ("hits at 1% false alarms", 0.01)}  # and chance


def page(table: pd.DataFrame) -> Figure:
    """A row for each harm, a column for each of `MEASURES`: means over the models that do it.

    `table` has arm, harm, read_out, of, measure, value, low, high, n.
    """
    table = table.assign(read=table["read_out"] + ", " + table["of"])
    harms, reads = list(table["harm"].unique()), list(table["read"].unique())
    figure, axes = new_figure(len(harms), len(MEASURES), 10, 3 * len(harms) + 0.8)
    places = [(harm, measure) for harm in harms for measure in MEASURES]
    for panel, (harm, measure) in zip(axes, places, strict=True):
        own = table[(table["harm"] == harm) & (table["measure"] == measure)]
        title, chance = MEASURES[measure]
        for index, arm in enumerate(ARMS):
            rows = own[own["arm"] == arm].set_index("read").reindex(reads)
            at = [place + 0.2 * (index - 1) for place in range(len(reads))]
            style: Style = {"color": COLOURS[arm], "fmt": MARKERS[arm], "markersize": 5}
            panel.errorbar(rows["value"], at, xerr=bars(rows), label=TITLES[arm], **style)
        panel.axvline(chance, color=NEUTRAL, linewidth=0.8, linestyle=":")
        panel.set(xlim=(-0.02, 1.02), ylim=(len(reads) - 0.5, -0.5), title=f"{harm}: {title}")
        panel.set_yticks(range(len(reads)), reads if measure == "auroc" else [""] * len(reads))
    legend_below(figure, axes[:1])
    figure.suptitle("What can be read before a step that does harm (dotted: chance)")
    return figure
