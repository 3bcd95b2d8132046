"""Every table about one checkpoint, the pipeline's or any other: what `dtlens analyse` does."""

from itertools import chain
from pathlib import Path

from dtlens.analysis.of_model import calibration, for_claims, further
from dtlens.analysis.scenes.bank import Scenes
from dtlens.analysis.scenes.build import bank
from dtlens.analysis.tables import write_tables
from dtlens.base.errors import UserError
from dtlens.base.settings import Compute, load
from dtlens.library.study_checkpoints import load_any
from dtlens.model.transformer import DecisionTransformer

EPISODES = 200  # at each target return of the calibration


def analyse(file: Path, out: Path) -> None:
    """Write every table about a checkpoint, ours or the study's, into the folder `out`.

    Settings are those of params.yaml. Says on stderr what is written, and after how many seconds.
    Raises `UserError` naming a file that is no checkpoint.
    """
    model = load_any(file).to(load("compute", Compute).device)
    scenes = bank_for(file, model)
    made = chain([("calibration", calibration(model, EPISODES))], for_claims(model, scenes))
    write_tables(chain(made, further(model, scenes)), lambda kind: out / f"{kind}.csv")


def bank_for(file: Path, model: DecisionTransformer) -> Scenes:
    """The placed scenes; raises `UserError` naming the file if the model knows no such times."""
    scenes = bank()
    if (latest := scenes.labels["t"].max()) >= model.max_steps:
        raise UserError(
            f"{file}: knows {model.max_steps} timesteps; scenes are shown up to t = {latest}"
        )
    return scenes
