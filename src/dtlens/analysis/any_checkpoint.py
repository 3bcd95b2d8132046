"""Every table about one checkpoint, the pipeline's or any other: what `dtlens analyse` does."""

import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Num

from dtlens.analysis.tables import Tables, circuit_tables, intervention_tables, on_policy_table
from dtlens.base.errors import UserError
from dtlens.base.files import write_csv
from dtlens.base.settings import Compute, load
from dtlens.behaviour.ablation import ablate
from dtlens.behaviour.refusals import behaviours
from dtlens.behaviour.settings import Behaviour
from dtlens.circuits.attribution import attribute
from dtlens.circuits.settings import Circuits
from dtlens.model.transformer import DecisionTransformer, load_checkpoint
from dtlens.play.calibration import calibrate
from dtlens.play.settings import Calibration
from dtlens.scenes.__main__ import build
from dtlens.scenes.bank import read_scenes
from dtlens.scenes.pairs import Scenes
from dtlens.study_checkpoints import read_study_checkpoint
from dtlens.sweeps import Grid, Headline
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
    if (latest := scenes[0]["t"].max()) >= model.max_steps:
        raise UserError(
            f"{file}: knows {model.max_steps} timesteps; scenes are shown up to t = {latest}"
        )
    steps = training_steps(file, model.max_steps)
    for part, made in parts(model.to(load("compute", Compute).device), scenes, steps):
        if isinstance(made, pd.DataFrame):
            write_csv(out / f"{part}.csv", made)
        else:
            for kind, table in made.items():
                write_csv(out / part / f"{kind}.csv", table)
        print(f"{time.perf_counter() - begun:6.1f} s  {part}", file=sys.stderr)


def training_steps(file: Path, max_steps: int) -> Num[np.ndarray, " max_steps"]:
    """How many steps the checkpoint's training data has at each time; NaN where we do not know.

    A model of the study, or one with fewer timesteps than our data, was trained on other data.
    """
    data = Path(f"data/trajectories/{load('headline', Headline).data}.parquet")
    if file.suffix != STUDY and data.exists():
        counts = np.bincount(read_trajectories(data).t, minlength=max_steps)
        if len(counts) == max_steps:
            return counts
    return np.full(max_steps, np.nan)


def parts(
    model: DecisionTransformer, scenes: Scenes, steps: Num[np.ndarray, " max_steps"]
) -> Iterator[tuple[str, pd.DataFrame | Tables]]:
    """Each analysis' name and its table or tables: those of the pipeline's stages.

    Calibration is as brief as that of the grid's models, and episodes end with the model's
    timesteps if not before. `steps` counts the training steps at each time.
    """
    device, asked, settings = (
        load("compute", Compute).device,
        load("behaviour", Behaviour),
        load("circuits", Circuits),
    )
    environment, calibration = load("environment", Environment), load("calibration", Calibration)
    limit = min(environment.max_steps, model.max_steps)
    environment = environment.model_copy(update={"max_steps": limit})
    episodes = load("grid", Grid).episodes
    policy, context = partial(model, last=True), model.cell.context
    requests = (calibration.rtg.grid, asked.rtg)

    yield "calibration", calibrate(policy, context, calibration, episodes, environment, device)
    whole = behaviours(policy, context, scenes, asked, environment, device)
    yield "behaviours", whole
    yield "ablation", ablate(model, whole, scenes, asked, environment, device)
    yield "attribution", attribute(model, scenes, asked.rtg, asked.seed, device)
    yield "on_policy", on_policy_table(model, asked.rtg, settings, environment, device)
    yield "circuits", circuit_tables(model, scenes, steps, requests, settings, device)
    yield "interventions", intervention_tables(model, scenes, asked.rtg, settings, device)
