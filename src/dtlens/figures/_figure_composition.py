"""Draw the composition scores of the grid's deeper cells."""

from pathlib import Path

from dtlens.base.files import read_csv
from dtlens.base.stage import run
from dtlens.figures.composition import draw
from dtlens.figures.style import new_figure, save
from dtlens.model.cell import Cell

PATHS = {
    "Q": "head to query",
    "K": "head to key",
    "V": "head to value",
    "MLP": "to the MLP",
}


def main() -> None:
    table = read_csv(Path("results/composition.csv"))
    cells = table["cell"].map(Cell.parse)
    table["width"] = [cell.width for cell in cells]
    table["context"] = [cell.context for cell in cells]
    figure, axes = new_figure(1, len(PATHS), 3.2 * len(PATHS), 3.4)
    for (path, name), panel in zip(PATHS.items(), axes, strict=True):
        draw(table[table["path"] == path], panel)
        panel.set_title(name)
    axes[0].set_ylabel("composition score")
    handles, labels = axes[0].get_legend_handles_labels()
    if labels:  # none if no cell has two layers
        figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    figure.suptitle("Cells of two layers: trained parts (points) and untrained ones (bars)")
    save(figure, Path("results/figures/composition"))


if __name__ == "__main__":
    run(main)
