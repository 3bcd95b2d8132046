"""Gather the headline numbers of every cell into results/metrics.json."""

import json
from pathlib import Path

from dtlens.analysis.metrics import model_metrics, ppo_metrics
from dtlens.files import aside, read_csv
from dtlens.params import load_params
from dtlens.stages import run


def main() -> None:
    results = Path("results")
    histogram = read_csv(results / "trajectories/rtg_histogram.csv")
    metrics = {
        "ppo": ppo_metrics(read_csv(results / "ppo/learning_curve.csv")),
        "headline": {
            cell.name: model_metrics(
                histogram,
                *(
                    read_csv(results / kind / f"{cell.name}.csv")
                    for kind in ("training", "calibration", "behaviours", "ablation")
                ),
            )
            for cell in load_params().headline.cells
        },
    }
    with aside(results / "metrics.json") as temporary:
        temporary.write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    run(main)
