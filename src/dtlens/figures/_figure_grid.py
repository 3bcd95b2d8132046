"""Draw the grid and the headline's seeds."""

from pathlib import Path

from dtlens.base.files import read_csv
from dtlens.base.stage import run
from dtlens.figures.grid import draw_cells, draw_seeds, label
from dtlens.figures.style import new_figure, save
from dtlens.summaries.grid import measures


def main() -> None:
    grid = read_csv(Path("results/grid.csv"))
    seeds = read_csv(Path("results/seeds.csv"))
    seeds = seeds[seeds["end_oversampling"] == seeds["end_oversampling"].max()]
    contexts = sorted(grid["context"].unique())
    columns = len(contexts) + 1
    rows = [name for name in measures(grid) if name != "error_on_data"]
    figure, axes = new_figure(len(rows), columns, 3 * columns, 2.1 * len(rows))
    for row, measure in enumerate(rows):
        panels = axes[row * columns : (row + 1) * columns]
        for panel, context in zip(panels, contexts, strict=False):
            draw_cells(grid[grid["context"] == context], measure, panel)
        draw_seeds(seeds, measure, panels[-1])
        top = max(panel.get_ylim()[1] for panel in panels)
        for panel in panels:
            panel.set_ylim((-1.1, 1.1) if measure.startswith("return") else (0, top))
        panels[0].set_ylabel(label(measure))
    for panel, context in zip(axes, contexts, strict=False):
        panel.set_title(f"context {context}")
    axes[columns - 1].set_title("headline cell, a point a seed")
    for panel in axes[-columns:-1]:
        panel.set_xlabel("width")
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    save(figure, Path("results/figures/grid"))


if __name__ == "__main__":
    run(main)
