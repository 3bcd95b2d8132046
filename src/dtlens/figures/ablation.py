"""What a model does with one component replaced by its mean (figure 7 of the study)."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.figures.style import SERIES, new_figure, words

EVIDENCE = {
    "bank": "P(forward | in front)\nplaced scenes",
    "play": "share of episodes\nthat end so",
}


def draw(table: pd.DataFrame, axes: Axes) -> Axes:
    """One point with its 95% interval for each event and component.

    `table` holds the rows of one kind of evidence, reward-to-go and reference of the ablation
    table, the whole model's (component "none") among them.
    """
    components = list(dict.fromkeys(table["component"]))
    events = list(dict.fromkeys(table["event"]))
    for index, component in enumerate(components):
        rows = table[table["component"] == component].set_index("event").loc[events]
        offset = (index - (len(components) - 1) / 2) * 0.7 / len(components)
        axes.errorbar(
            np.arange(len(events)) + offset,
            rows["value"],
            yerr=[rows["value"] - rows["low"], rows["high"] - rows["value"]],
            fmt="o",
            markersize=5,
            color=SERIES[index],
            label="whole model" if component == "none" else f"without {component}",
        )
    axes.set_xticks(
        range(len(events)), [words(event).replace(" from ", "\nfrom ") for event in events]
    )
    axes.set(ylim=(-0.03, 1.03))
    axes.set_xlim(-0.5, len(events) - 0.5)
    for boundary in range(1, len(events)):
        axes.axvline(boundary - 0.5, color="#dddddd", linewidth=0.8)
    return axes


def page(name: str, table: pd.DataFrame) -> Figure:
    """A panel for each kind of evidence (rows) and reward-to-go (columns).

    `table` is the ablation table of the model `name`: component, reference, evidence, rtg, event,
    value, low, high. Shown are the whole model and the replacements by the mean.
    """
    table = table[table["reference"].isin(["none", "mean"])]
    rtgs = table["rtg"].unique()
    figure, axes = new_figure(len(EVIDENCE), len(rtgs), 4 * len(rtgs), 6)
    panels = iter(axes)
    for evidence, label in EVIDENCE.items():
        for rtg in rtgs:
            panel = next(panels)
            draw(table[(table["evidence"] == evidence) & (table["rtg"] == rtg)], panel)
            panel.set_title(f"reward-to-go {rtg:g}")
            panel.set_ylabel(label if rtg == rtgs[0] else "")
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    figure.suptitle(f"{name}: each component replaced by its mean (bars: 95% intervals)")
    return figure
