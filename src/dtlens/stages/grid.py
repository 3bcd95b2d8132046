"""Gather every cell of the grid, and the headline's seeds, into tables."""

from pathlib import Path

import numpy as np
import pandas as pd

from dtlens.analysis.grid import cell_row, effects, measures, over_seeds
from dtlens.cells import Cell
from dtlens.files import read_csv, write_csv
from dtlens.params import load_params
from dtlens.stages import run

RESULTS = Path("results")


def main() -> None:
    params = load_params()
    histogram = read_csv(RESULTS / "trajectories/rtg_histogram.csv")
    generator = np.random.default_rng(params.calibration.seed)

    def table(cells: list[Cell]) -> pd.DataFrame:
        return pd.DataFrame(
            [
                cell_row(
                    cell,
                    read_csv(RESULTS / f"training/{cell.name}.csv"),
                    read_csv(RESULTS / f"calibration/{cell.name}.csv"),
                    histogram,
                    params.behaviour.rtg,
                    generator,
                )
                for cell in cells
            ]
        )

    grid, headline = table(params.grid.cells), table(params.headline.cells)
    headline["end_oversampling"] = params.training.end_oversampling
    special = pd.concat([headline, table(params.oversampling_cells)], ignore_index=True)
    write_csv(RESULTS / "grid.csv", grid)
    write_csv(RESULTS / "grid_effects.csv", effects(grid, generator))
    write_csv(RESULTS / "seeds.csv", special)
    by = ["encoding", "end_oversampling"]
    names = [*measures(special), *special.filter(like="goal_at_").columns]
    write_csv(RESULTS / "seeds_summary.csv", over_seeds(special, by, names, generator))


if __name__ == "__main__":
    run(main)
