"""Draw skill, calibration and localisation against training."""

from pathlib import Path

import pandas as pd

from dtlens.base.files import read_csv
from dtlens.base.stage import run
from dtlens.figures.over_time import draw
from dtlens.figures.style import new_figure, save, words
from dtlens.model.cell import Cell

LIMITS = {"return": (-1.1, 1.1), "error": (0.0, None)}


def main() -> None:
    tables = []
    for path in sorted(Path("results/over_time").glob("*.csv")):
        cell = Cell.parse(path.stem)
        tables.append(read_csv(path).assign(seed=cell.seed, weight_decay=cell.weight_decay))
    # A behaviour that no run shows is localised nowhere.
    table = pd.concat(tables, ignore_index=True).dropna(subset="value")
    span = (0.9 * table["step"].min(), 1.1 * table["step"].max())
    shown = table[table["measure"] != "part"].drop_duplicates(["measure", "of"])
    panels = list(shown[["measure", "of"]].itertuples(index=False, name=None))
    columns = 5
    figure, axes = new_figure(-(-len(panels) // columns), columns, 3.2 * columns, 8)
    for (measure, of), panel in zip(panels, axes, strict=False):
        draw(table[(table["measure"] == measure) & (table["of"] == of)], panel)
        panel.set(
            title=f"{measure}: {words(of)}", ylim=LIMITS.get(measure, (-0.03, 1.03)), xlim=span
        )
    for panel in axes[len(panels) :]:
        panel.remove()
    for panel in axes[-columns:]:
        panel.set_xlabel("training step")
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    save(figure, Path("results/figures/over_time"))


if __name__ == "__main__":
    run(main)
