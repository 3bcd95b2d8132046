"""Train one cell again, and measure it on the way."""

import copy
import itertools
from pathlib import Path

import pandas as pd

from dtlens.analysis.over_time import measure, moments
from dtlens.io.files import write_csv
from dtlens.model.cells import Cell
from dtlens.model.transformer import DecisionTransformer, save_checkpoint
from dtlens.params import load
from dtlens.params.behaviour import Behaviour
from dtlens.params.calibration import Calibration
from dtlens.params.compute import Compute
from dtlens.params.environment import Environment
from dtlens.params.over_time import OverTime
from dtlens.params.training import Training
from dtlens.scenes import read_scenes
from dtlens.stages import run
from dtlens.training import train
from dtlens.trajectories import read_trajectories


def main(name: str) -> None:
    settings, training = load(OverTime), load(Training)
    device, environment = load(Compute).device, load(Environment)
    behaviour = load(Behaviour).model_copy(update={"episodes": settings.episodes})
    calibration = load(Calibration).model_copy(update={"episodes": settings.episodes})
    scenes = read_scenes(Path("data/scenes.parquet"))
    chosen, rows = moments(training.log_points, settings.points), itertools.count(1)
    tables, models = [], []

    def watch(step: int, model: DecisionTransformer) -> None:
        if next(rows) in chosen:
            table = measure(model, scenes, behaviour, calibration, environment, device)
            tables.append(table.assign(step=step))
            models.append(copy.deepcopy(model))

    data = read_trajectories(Path("data/trajectories.parquet"))
    train(Cell.parse(name), training, data, environment.max_steps, device, watch)
    kept = {"early": models[len(models) // 3], "middle": models[2 * len(models) // 3]}
    for moment, model in (kept | {"late": models[-1]}).items():
        save_checkpoint(Path(f"data/over_time/{name}/{moment}.safetensors"), model)
    write_csv(Path(f"results/over_time/{name}.csv"), pd.concat(tables, ignore_index=True))


if __name__ == "__main__":
    run(main)
