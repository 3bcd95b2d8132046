"""Every table about one checkpoint, the pipeline's or any other: what `dtlens analyse` does."""

import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
from jaxtyping import Num

from dtlens.analysis.tables import Tables, all_tables
from dtlens.base.errors import UserError
from dtlens.base.files import write_csv
from dtlens.base.settings import Compute, load
from dtlens.behaviour.settings import Behaviour
from dtlens.behaviour.tables import behaviour_tables
from dtlens.circuits.settings import Circuits
from dtlens.model.cell import Cell
from dtlens.model.transformer import DecisionTransformer, load_checkpoint
from dtlens.play.calibration import calibrate
from dtlens.play.settings import Calibration
from dtlens.scenes.__main__ import build
from dtlens.scenes.bank import Scenes, read_scenes
from dtlens.study_checkpoints import read_study_checkpoint
from dtlens.sweeps import Grid
from dtlens.task.settings import Environment
from dtlens.trajectories.parquet import read_trajectories

SCENES = Path("data/scenes.parquet")
STUDY = ".pt"


def analyse(file: Path, out: Path) -> None:
    """Write every table about a checkpoint, ours or the study's (.pt), into the folder `out`.

    Settings are those of params.yaml. Says on stderr what is written, and after how many seconds.
    Raises `UserError` naming a file that is no checkpoint.
    """
    begun = time.perf_counter()
    model = read_study_checkpoint(file) if file.suffix == STUDY else load_checkpoint(file)
    scenes = read_scenes(SCENES) if SCENES.exists() else build()
    if (latest := scenes.labels["t"].max()) >= model.max_steps:
        raise UserError(
            f"{file}: knows {model.max_steps} timesteps; scenes are shown up to t = {latest}"
        )
    steps = training_steps(model.cell, model.max_steps)
    for kind, table in tables(model.to(load("compute", Compute).device), scenes, steps):
        write_csv(out / f"{kind}.csv", table)
        print(f"{time.perf_counter() - begun:6.1f} s  {kind}", file=sys.stderr)


def training_steps(cell: Cell, max_steps: int) -> Num[np.ndarray, " max_steps"]:
    """How many steps the model's training data has at each time; NaN where we do not know.

    A model that others trained has no data here.
    """
    data = Path(f"data/trajectories/{cell.data}.parquet")
    if data.exists():
        counts = np.bincount(read_trajectories(data).t, minlength=max_steps)
        if len(counts) == max_steps:
            return counts
    return np.full(max_steps, np.nan)


def tables(
    model: DecisionTransformer, scenes: Scenes, steps: Num[np.ndarray, " max_steps"]
) -> Tables:
    """The tables of the pipeline's stages, each after its kind.

    Calibration is as brief as that of the grid's models, and episodes end with the model's
    timesteps if not before. `steps` counts the training steps at each time.
    """
    environment, own_seed = load("environment", Environment), model.cell.own_seed
    behaviour, calibration = load("behaviour", Behaviour), load("calibration", Calibration)
    behaviour = behaviour.model_copy(update={"seed": own_seed(behaviour.seed)})
    calibration = calibration.model_copy(update={"seed": own_seed(calibration.seed)})
    limit = min(environment.max_steps, model.max_steps)
    environment = environment.model_copy(update={"max_steps": limit})
    policy = partial(model, last=True)
    episodes, circuits = load("grid", Grid).episodes, load("circuits", Circuits)
    calibrated = calibrate(policy, model.cell.context, calibration, episodes, environment)
    yield "calibration", calibrated
    yield from behaviour_tables(model, scenes, behaviour, environment)
    yield from all_tables(model, scenes, steps, behaviour.rtg, calibration.rtg.grid, circuits)
