"""Gather the headline numbers into results/metrics.json."""

import json
from pathlib import Path

import numpy as np

from dtlens.analysis.metrics import grid_metrics, model_metrics, over_seeds, ppo_metrics
from dtlens.files import aside, read_csv
from dtlens.params import load_params
from dtlens.stages import run

TABLES = ["training", "calibration", "behaviours", "ablation"]


def main() -> None:
    results = Path("results")
    params = load_params()
    histogram = read_csv(results / "trajectories/rtg_histogram.csv")
    generator = np.random.default_rng(params.calibration.seed)
    metrics = {
        "ppo": ppo_metrics(read_csv(results / "ppo/learning_curve.csv")),
        "headline": {
            encoding: over_seeds(
                [
                    model_metrics(
                        histogram,
                        *(read_csv(results / kind / f"{cell.name}.csv") for kind in TABLES),
                    )
                    for cell in params.headline.cells
                    if cell.encoding == encoding
                ],
                generator,
            )
            for encoding in params.headline.encoding
        },
        "grid": grid_metrics(read_csv(results / "grid.csv"), max(params.behaviour.rtg)),
    }
    with aside(results / "metrics.json") as temporary:
        temporary.write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    run(main)
