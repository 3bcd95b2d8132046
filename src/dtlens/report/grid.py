"""The hyperparameter grid at a glance: each cell's fit, calibration and returns, and what each
dimension buys."""

from itertools import pairwise
from pathlib import Path

from dtlens.base.stage import run

import numpy as np
import pandas as pd

from dtlens.analysis.behaviour.settings import Behaviour
from dtlens.base.files import read_csv, write_csv
from dtlens.base.intervals import mean_interval, rmse_interval
from dtlens.base.settings import load
from dtlens.model.cell import Cell
from dtlens.model.settings import Training
from dtlens.model.sheet import condition, read_sheet
from dtlens.play.calibration_error import calibration_error, held_rtg
from dtlens.play.settings import Calibration
from dtlens.report.arms import cells_by_arm

DIMENSIONS = ["layers", "width", "heads", "context"]


def cell_row(
    cell: Cell,
    training: pd.DataFrame,
    calibration: pd.DataFrame,
    histogram: pd.DataFrame,
    target_rtgs: list[float],
    generator: np.random.Generator,
) -> dict[str, float | int | str]:
    """One cell's row: what it is, its last losses and accuracy, its errors and returns.

    `error` is the calibration error over all target RTGs, `error_on_data` over those that the
    training data holds; `return_at_` each of `target_rtgs` is the mean return, `goal_at_` the share
    of episodes that reach the goal. An interval (`_low`, `_high`: 95%, over episodes) follows all
    but these.
    """
    last = training.iloc[-1]
    row: dict[str, float | int | str] = {"cell": cell.name, **cell.model_dump(exclude_none=True)}
    for name in ("predictions", "loss", "held_out_loss", "held_out_accuracy"):
        row[name] = last[name]
    held = calibration["rtg"].isin(held_rtg(histogram))
    for name, table in (("error", calibration), ("error_on_data", calibration[held])):
        row[name] = calibration_error(table)
        row[f"{name}_low"], row[f"{name}_high"] = rmse_interval(
            (table["mean_return"] - table["rtg"]).to_numpy(),
            (table["sd"] / np.sqrt(table["episodes"])).to_numpy(),
            generator,
        )
    for rtg in target_rtgs:
        at = calibration[calibration["rtg"] == rtg].iloc[0]
        row[f"return_at_{rtg:g}"] = at["mean_return"]
        row[f"return_at_{rtg:g}_low"], row[f"return_at_{rtg:g}_high"] = at["low"], at["high"]
        row[f"goal_at_{rtg:g}"] = at["goal"]
    return row


def measures(table: pd.DataFrame) -> list[str]:
    """The columns of a table of cells that come with an interval."""
    return [name for name in map(str, table.columns) if f"{name}_low" in table]


def effects(grid: pd.DataFrame, generator: np.random.Generator) -> pd.DataFrame:
    """What a step along each dimension changes: mean paired difference over matched cells.

    A pair differs in that dimension alone. Cells without layers have no heads and cannot use
    what is before the state, so they count for steps along `layers` only, where cells are
    averaged over their heads. Columns: dimension,
    from, to, measure, change, low, high (95% bootstrap over the pairs), pairs.
    """
    rows = []
    for dimension in DIMENSIONS:
        cells = grid if dimension == "layers" else grid[grid["layers"] > 0]
        passed_over = {dimension, "heads"} if dimension == "layers" else {dimension}
        others = [name for name in DIMENSIONS if name not in passed_over]
        levels = sorted(cells[dimension].unique())
        for measure in measures(grid):
            wide = cells.pivot_table(index=others, columns=dimension, values=measure)
            for before, after in pairwise(levels):
                change = (wide[after] - wide[before]).to_numpy()
                low, high = mean_interval(change, generator)
                step = (dimension, before, after, measure)
                rows.append((*step, change.mean(), low, high, len(change)))
    columns = ["dimension", "from", "to", "measure", "change", "low", "high", "pairs"]
    return pd.DataFrame(rows, columns=columns)


RESULTS = Path("results")


def main() -> None:
    target_rtgs, arms = load("behaviour", Behaviour).rtg, cells_by_arm()
    others, headline = read_sheet().others, [*arms["index"], *arms["one_hot"]]
    generator = np.random.default_rng(load("calibration", Calibration).seed)

    def table(cells: list[Cell]) -> pd.DataFrame:
        rows = []
        for cell in cells:
            training = read_csv(RESULTS / f"models/{cell.name}/training.csv")
            calibration = read_csv(RESULTS / f"models/{cell.name}/calibration.csv")
            histogram = read_csv(RESULTS / f"agents/{cell.data}/rtg_histogram.csv")
            rows.append(cell_row(cell, training, calibration, histogram, target_rtgs, generator))
        return pd.DataFrame(rows)

    grid = table([cell for cell in others if cell.end_oversampling is None])
    usual = table(headline)
    usual["end_oversampling"] = [
        load(f"training.{cell.optimisation}", Training).end_oversampling for cell in headline
    ]
    conditions = {condition(cell) for cell in headline}
    alike = [c for c in others if c.end_oversampling is not None and condition(c) in conditions]
    seeds = pd.concat([usual, table(alike)], ignore_index=True)
    write_csv(RESULTS / "grid.csv", grid)
    write_csv(RESULTS / "grid_effects.csv", effects(grid, generator))
    write_csv(RESULTS / "seeds.csv", seeds)


if __name__ == "__main__":
    run(main)
