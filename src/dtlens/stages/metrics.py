"""Gather the headline numbers into results/metrics.json."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from dtlens.analysis.metrics import grid_metrics, model_metrics, nest, ppo_metrics
from dtlens.analysis.seeds import over_seeds
from dtlens.io.files import aside, read_csv
from dtlens.params import load
from dtlens.params.behaviour import Behaviour
from dtlens.params.calibration import Calibration
from dtlens.params.cells import Headline
from dtlens.stages import run

RESULTS = Path("results")


def main() -> None:
    seeds, headline = read_csv(RESULTS / "seeds.csv"), load(Headline).cells
    rows = []
    for _, cell in seeds[seeds["cell"].isin([cell.name for cell in headline])].iterrows():
        behaviours = read_csv(RESULTS / f"behaviours/{cell['cell']}.csv")
        ablation = read_csv(RESULTS / f"ablation/{cell['cell']}.csv")
        numbers = model_metrics(cell, behaviours, ablation)
        rows.append({"encoding": cell["encoding"], **numbers})
    models = pd.DataFrame(rows)
    generator = np.random.default_rng(load(Calibration).seed)
    names = [*models.columns.drop("encoding")]
    metrics = {
        "ppo": ppo_metrics(read_csv(RESULTS / "ppo/learning_curve.csv")),
        "headline": nest(over_seeds(models, ["encoding"], names, generator)),
        "grid": grid_metrics(read_csv(RESULTS / "grid.csv"), max(load(Behaviour).rtg)),
    }
    with aside(RESULTS / "metrics.json") as temporary:
        temporary.write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    run(main)
