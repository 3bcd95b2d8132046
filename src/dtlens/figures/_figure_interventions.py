"""Draw what patching one cell's activations and paths says, and the neurons behind it."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dtlens.base.files import read_csv
from dtlens.base.stage import run
from dtlens.figures import neurons, patching, paths
from dtlens.figures.style import new_figure, save, words


def draw_pairs(table: pd.DataFrame, draw: Callable[[pd.DataFrame, Axes], Axes]) -> Figure:
    """A panel for each kind of pair and reward-to-go; the last is left to the legend."""
    asked = table[["pair", "rtg"]].drop_duplicates().sort_values(["pair", "rtg"])
    columns = len(asked) // 2 + 1
    figure, axes = new_figure(2, columns, 3.8 * columns, 7.2)
    known: dict[str, Artist] = {}
    for panel, kind, rtg in zip(axes, asked["pair"], asked["rtg"], strict=False):
        draw(table[(table["pair"] == kind) & (table["rtg"] == rtg)], panel)
        panel.set_title(
            request(table, rtg)
            if kind == "rtg"
            else f"an object in front rather than none,\nasked for {rtg:g}"
        )
        handles, labels = panel.get_legend_handles_labels()
        known |= dict(zip(labels, handles, strict=True))
    for spare in axes[len(asked) :]:
        spare.set_axis_off()
    axes[-1].legend(list(known.values()), list(known), loc="center")
    return figure


def request(table: pd.DataFrame, rtg: float) -> str:
    """What the pairs of kind `rtg` differ in."""
    low, high = table["rtg"].min(), table["rtg"].max()
    return f"asked for {rtg:g} rather than {high if rtg == low else low:g}"


def draw_refusals(table: pd.DataFrame) -> Figure:
    """The neurons behind refusing what the reward-to-go forbids."""
    told = table[table["pair"] == "rtg"]
    figure, axes = new_figure(1, 2, 9, 4)
    refused = {"obstacle": told["rtg"].max(), "goal_from_top": told["rtg"].min()}
    for panel, (front, rtg) in zip(axes, refused.items(), strict=True):
        rows = told[(told["front"] == front) & (told["rtg"] == rtg)]
        neurons.draw(rows, panel)
        whole = rows["total"].drop_duplicates().sum()
        panel.set_title(
            f"{words(front)} in front\n{request(told, rtg)}\n"
            f"MLP {whole:+.1f} logits, {rows['value'].sum() / whole:.0%} in these neurons"
        )
    return figure


def main(name: str) -> None:
    patched, followed, refusing = (
        read_csv(Path(f"results/interventions/{name}/{table}.csv"))
        for table in ("patching", "paths", "neurons")
    )
    patched = patched[patched["measure"] == "logit_difference"]
    trained = (followed["measure"] == "logit_difference") & (followed["weights"] == "trained")
    figures = {
        "patching": (
            draw_pairs(patched, patching.draw),
            "how much of the difference in logit(forward) - logit(right) each component carries",
        ),
        "paths": (
            draw_pairs(followed[trained], paths.draw),
            "what heads change directly and through the MLP, in logit(forward) - logit(right)",
        ),
        "neurons": (draw_refusals(refusing), "neurons behind refusals (black: 95% intervals)"),
    }
    for kind, (figure, title) in figures.items():
        figure.suptitle(f"{name}: {title}")
        save(figure, Path(f"results/figures/interventions/{name}/{kind}"))


if __name__ == "__main__":
    run(main)
