"""`python -m benchmarks.literal`: what the study's optimisation to the letter changes.

The pipeline takes a fifth of the study's steps, five times as large. This trains the models of
the section `literal` of params.yaml, 16 million predictions each, and asks the claims of them: each
statement's numbers beside the mean, least and greatest of the study's arm in `results/`. Ten
minutes a model.
"""

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import dtlens.base.stage  # noqa: F401  (one thread, before any library reads it)

import pandas as pd

from dtlens.analysis.of_model import calibration, for_claims
from dtlens.analysis.scenes.bank import read_scenes
from dtlens.base.errors import one_line_errors
from dtlens.env.parquet import read_trajectories
from dtlens.model.training import train
from dtlens.params import load_params
from dtlens.report.arms import REPLICA
from dtlens.report.claims.evidence import RESULTS, Model
from dtlens.report.claims.listed import CLAIMS
from dtlens.report.claims.measures import of_model

KEYS = ["claim", "measure", "reference"]


def measured(name: str) -> pd.DataFrame:
    """What the claims ask of one model, trained here."""
    params = load_params()
    sweep = params.literal
    cell = next(cell for cell in sweep.cells if cell.name == name)
    data = read_trajectories(Path(f"data/trajectories/{cell.data}.parquet"))
    optimisation, limit = params.training[str(cell.optimisation)], params.environment.max_steps
    device = params.compute.device
    model, _ = train(cell, optimisation, sweep.predictions, data, limit, device)
    scenes = read_scenes(Path("data/scenes.parquet"))
    tables = {"calibration": calibration(model, sweep.episodes)} | dict(for_claims(model, scenes))
    return of_model(CLAIMS, Model(cell, tables.get)).assign(model=f"s{cell.seed}")


def main() -> None:
    with ProcessPoolExecutor(2) as pool:
        found = pd.concat(pool.map(measured, load_params().literal.names))
    measures = pd.read_csv(RESULTS / "measures.csv").fillna({"reference": ""})
    fifth = measures[measures["arm"] == REPLICA].groupby(KEYS)["value"]
    literal = found.pivot_table(index=KEYS, columns="model", values="value", sort=False)
    print(literal.join(fifth.agg(["mean", "min", "max"])).to_markdown(floatfmt=".3g"))


if __name__ == "__main__":
    with one_line_errors():
        main()
