"""Train one cell again, and measure it on the way."""

import copy
import itertools
from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.analysis.behaviour.settings import Behaviour
from dtlens.analysis.over_time.measure import measure, moments
from dtlens.analysis.over_time.settings import OverTime
from dtlens.analysis.scenes.bank import read_scenes
from dtlens.base.files import write_csv
from dtlens.base.settings import Compute, load
from dtlens.env.parquet import read_trajectories
from dtlens.env.settings import Environment
from dtlens.model.cell import Cell
from dtlens.model.settings import Training
from dtlens.model.training import train
from dtlens.model.transformer import DecisionTransformer, save_checkpoint
from dtlens.play.settings import Calibration


def main(name: str) -> None:
    settings = load("over_time", OverTime)
    cell = Cell.parse(name)
    training = load(f"training.{cell.optimisation}", Training)
    device, environment = load("compute", Compute).device, load("environment", Environment)
    behaviour, calibration = load("behaviour", Behaviour), load("calibration", Calibration)
    episodes, seed = settings.episodes, cell.own_seed(behaviour.seed)
    behaviour = behaviour.model_copy(update={"episodes": episodes, "seed": seed})
    calibration = calibration.model_copy(update={"seed": cell.own_seed(calibration.seed)})
    scenes = read_scenes(Path("data/scenes.parquet"))
    windows = {rtg: scenes.windows(rtg) for rtg in behaviour.rtg}
    chosen, rows = moments(training.log_points, settings.points), itertools.count(1)
    tables, models = [], []

    def watch(step: int, model: DecisionTransformer) -> None:
        if next(rows) in chosen:
            table = measure(
                model, windows, scenes.fronts, behaviour, calibration, episodes, environment
            )
            tables.append(table.assign(step=step))
            models.append(copy.deepcopy(model))

    data = read_trajectories(Path(f"data/trajectories/{cell.data}.parquet"))
    limit = environment.max_steps
    train(cell, training, settings.predictions, data, limit, device, watch)
    kept = {"early": models[len(models) // 3], "middle": models[2 * len(models) // 3]}
    for moment, model in (kept | {"late": models[-1]}).items():
        save_checkpoint(Path(f"data/over_time/{name}/{moment}.safetensors"), model)
    write_csv(Path(f"results/over_time/{name}.csv"), pd.concat(tables, ignore_index=True))


if __name__ == "__main__":
    run(main)
