"""Gather every cell of the grid, and the headline's seeds, into tables."""

from pathlib import Path

import numpy as np
import pandas as pd

from dtlens.analysis.grid import cell_row, effects, measures
from dtlens.analysis.seeds import over_seeds
from dtlens.io.files import read_csv, write_csv
from dtlens.model.cells import Cell
from dtlens.params import load
from dtlens.params.behaviour import Behaviour
from dtlens.params.calibration import Calibration
from dtlens.params.cells import Grid, Headline, Oversampling
from dtlens.params.training import Training
from dtlens.stages import run

RESULTS = Path("results")


def main() -> None:
    headline, requests = load(Headline), load(Behaviour).rtg
    histogram = read_csv(RESULTS / "trajectories/rtg_histogram.csv")
    generator = np.random.default_rng(load(Calibration).seed)

    def table(cells: list[Cell]) -> pd.DataFrame:
        rows = []
        for cell in cells:
            training = read_csv(RESULTS / f"training/{cell.name}.csv")
            calibration = read_csv(RESULTS / f"calibration/{cell.name}.csv")
            rows.append(cell_row(cell, training, calibration, histogram, requests, generator))
        return pd.DataFrame(rows)

    grid = table(load(Grid).cells)
    usual = table(headline.cells).assign(end_oversampling=load(Training).end_oversampling)
    seeds = pd.concat([usual, table(load(Oversampling).cells)], ignore_index=True)
    write_csv(RESULTS / "grid.csv", grid)
    write_csv(RESULTS / "grid_effects.csv", effects(grid, generator))
    write_csv(RESULTS / "seeds.csv", seeds)
    by = ["encoding", "end_oversampling"]
    names = [*measures(seeds), *seeds.filter(like="goal_at_").columns]
    write_csv(RESULTS / "seeds_summary.csv", over_seeds(seeds, by, names, generator))


if __name__ == "__main__":
    run(main)
