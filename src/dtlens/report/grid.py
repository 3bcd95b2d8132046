"""The hyperparameter grid at a glance: each cell's fit, calibration and returns."""

from pathlib import Path

from dtlens.base.stage import run

import numpy as np
import pandas as pd

from dtlens.analysis.behaviour.settings import Behaviour
from dtlens.base.files import read_csv, write_csv
from dtlens.base.intervals import rmse_interval
from dtlens.base.settings import load
from dtlens.model.cell import Cell
from dtlens.model.sheet import read_sheet
from dtlens.play.calibration_error import calibration_error, held_rtg
from dtlens.play.settings import Calibration


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


RESULTS = Path("results")


def main() -> None:
    target_rtgs = load("behaviour", Behaviour).rtg
    generator = np.random.default_rng(load("calibration", Calibration).seed)
    rows = []
    for cell in [cell for cell in read_sheet().others if cell.end_oversampling is None]:
        training = read_csv(RESULTS / f"models/{cell.name}/training.csv")
        calibration = read_csv(RESULTS / f"models/{cell.name}/calibration.csv")
        histogram = read_csv(RESULTS / f"agents/{cell.data}/rtg_histogram.csv")
        rows.append(cell_row(cell, training, calibration, histogram, target_rtgs, generator))
    write_csv(RESULTS / "grid.csv", pd.DataFrame(rows))


if __name__ == "__main__":
    run(main)
