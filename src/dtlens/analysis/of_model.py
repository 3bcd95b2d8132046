"""A model's tables as params.yaml asks for them: the pipeline's, and those of any other."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Num

from dtlens.analysis.behaviour.settings import Behaviour
from dtlens.analysis.behaviour.tables import behaviour_tables
from dtlens.analysis.circuits.settings import Circuits
from dtlens.analysis.scenes.bank import Scenes
from dtlens.analysis.tables import Looked, Tables, further_tables, tables_for_claims
from dtlens.base.settings import load
from dtlens.env.parquet import read_trajectories
from dtlens.env.settings import Environment
from dtlens.model.cell import Cell
from dtlens.model.transformer import DecisionTransformer
from dtlens.play.calibration import calibrate
from dtlens.play.settings import Calibration


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


def played(model: DecisionTransformer) -> tuple[Calibration, Environment]:
    """How a model is calibrated, by its own seed, and in what: episodes end with the model's
    timesteps if not before."""
    settings, environment = load("calibration", Calibration), load("environment", Environment)
    settings = settings.model_copy(update={"seed": model.cell.own_seed(settings.seed)})
    limit = min(environment.max_steps, model.max_steps)
    return settings, environment.model_copy(update={"max_steps": limit})


def calibration(model: DecisionTransformer, episodes: int) -> pd.DataFrame:
    """A model's, over so many episodes at each reward-to-go."""
    settings, environment = played(model)
    policy = partial(model, last=True)
    return calibrate(policy, model.cell.context, settings, episodes, environment)


def for_claims(model: DecisionTransformer, scenes: Scenes) -> Tables:
    """What the study's claims about a model are judged by, but its calibration."""
    settings, environment = played(model)
    behaviour = load("behaviour", Behaviour)
    behaviour = behaviour.model_copy(update={"seed": model.cell.own_seed(behaviour.seed)})
    yield from behaviour_tables(model, scenes, behaviour, settings, environment)
    steps = training_steps(model.cell, model.max_steps)
    looked = looked_at(model, scenes)
    yield from tables_for_claims(looked, steps, settings.rtg.grid)


def further(model: DecisionTransformer, scenes: Scenes) -> Tables:
    """What else there is to see in a model."""
    yield from further_tables(looked_at(model, scenes))


def looked_at(model: DecisionTransformer, scenes: Scenes) -> Looked:
    """The model and the scenes, prepared as params.yaml says."""
    return Looked.at(model, scenes, load("behaviour", Behaviour).rtg, load("circuits", Circuits))
