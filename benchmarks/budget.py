"""`python -m benchmarks.budget`: how far more training improves the headline model's calibration.

The curve by which the models' `predictions` were chosen; it takes a quarter of
an hour.
"""

from functools import partial
from pathlib import Path

import dtlens.base.stage  # noqa: F401  (one thread, before any library reads it)

import pandas as pd

from dtlens.base.errors import one_line_errors
from dtlens.env.parquet import read_trajectories
from dtlens.env.trajectories import rtg_histogram
from dtlens.model.sheet import read_sheet
from dtlens.model.training import train
from dtlens.params import load_params
from dtlens.play.calibration import calibrate
from dtlens.play.calibration_error import calibration_error, held_rtg

PREDICTIONS = [384_000, 768_000, 1_536_000, 3_072_000, 6_144_000]
SEEDS = 3
EPISODES = 100


def main() -> None:
    params = load_params()
    device, max_steps = params.compute.device, params.environment.max_steps
    first = read_sheet().cells[0]
    data = read_trajectories(Path(f"data/trajectories/{first.data}.parquet"))
    settings = params.training[str(first.optimisation)]
    held = held_rtg(rtg_histogram(data))
    rows = []
    for predictions in PREDICTIONS:
        for seed in range(SEEDS):
            cell = first.model_copy(update={"seed": seed})
            model, curve = train(cell, settings, predictions, data, max_steps, device)
            policy = partial(model, last=True)
            table = calibrate(
                policy, cell.context, params.calibration, EPISODES, params.environment
            )
            row = {"predictions": predictions, "seed": seed, "error": calibration_error(table)}
            row["error_on_data"] = calibration_error(table[table["rtg"].isin(held)])
            for rtg in params.behaviour.rtg:
                row[f"return_at_{rtg:g}"] = table.loc[table["rtg"] == rtg, "mean_return"].item()
            rows.append(row | {"held_out_loss": curve["held_out_loss"].iloc[-1]})
            print(rows[-1], flush=True)
    print(
        pd.DataFrame(rows).drop(columns="seed").groupby("predictions").mean().round(3).to_string()
    )


if __name__ == "__main__":
    with one_line_errors():
        main()
