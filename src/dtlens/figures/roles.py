"""Who carries what: a component's part in each behaviour, a row a seed."""

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dtlens.figures.style import new_figure, words


def draw(table: pd.DataFrame, axes: Axes) -> Axes:
    """One behaviour's parts: seeds (rows) by components (columns); boxed is the top component.

    `table` holds the rows of one behaviour and encoding of the table of roles. The strength
    of the whole model's behaviour is in the first column.
    """
    parts = table.pivot_table(index="seed", columns="component", values="part", sort=False)
    whole = table.drop_duplicates("seed").set_index("seed")["strength"]
    shown = pd.concat([whole.rename("whole"), parts], axis=1)
    sns.heatmap(
        shown,
        ax=axes,
        cmap="RdBu_r",
        vmin=-1,
        vmax=1,
        annot=True,
        fmt=".2f",
        annot_kws={"fontsize": 8},
        cbar=False,
        linewidths=1,
    )
    axes.axvline(1, color="black", linewidth=1.5)
    for row, top in enumerate(parts.to_numpy().argmax(axis=1)):
        axes.add_patch(Rectangle((top + 1, row), 1, 1, fill=False, edgecolor="black", linewidth=2))
    axes.set(xlabel="", ylabel="")
    axes.tick_params(left=False, bottom=False)
    axes.tick_params(axis="y", rotation=0)
    return axes


def page(table: pd.DataFrame) -> Figure:
    """A panel for each encoding (rows) and behaviour (columns).

    `table` is the table of roles: encoding, seed, behaviour, component, strength, part.
    """
    encodings, behaviours = table["encoding"].unique(), table["behaviour"].unique()
    height = (0.4 * table["seed"].nunique() + 0.7) * len(encodings) + 0.8
    figure, axes = new_figure(len(encodings), len(behaviours), 3 * len(behaviours), height)
    panels = iter(axes)
    for encoding in encodings:
        for behaviour in behaviours:
            panel = next(panels)
            chosen = (table["encoding"] == encoding) & (table["behaviour"] == behaviour)
            draw(table[chosen], panel)
            panel.set_title(words(behaviour) if encoding == encodings[0] else "")
            if behaviour == behaviours[0]:
                panel.set_ylabel(f"{encoding}\nseed")
    figure.suptitle(
        "How strongly each model behaves so (whole), and how much of it goes with each component"
    )
    return figure
