"""How many complete episodes a second trained models play."""

import time
from functools import partial
from pathlib import Path

import numpy as np

from dtlens.env.settings import Environment
from dtlens.model.sheet import read_sheet
from dtlens.model.transformer import DecisionTransformer, load_checkpoint
from dtlens.params import load_params
from dtlens.play.rollouts import play_model

EPISODES = 1000
ROUNDS = 5


def episodes_per_second(model: DecisionTransformer, environment: Environment) -> float:
    """Of play at reward-to-go 0.9, where all models' episodes are equally long."""
    policy, rtg = partial(model, last=True), np.full(EPISODES, 0.9)
    started = time.perf_counter()
    play_model(policy, model.cell.context, rtg, environment, 1)
    return EPISODES / (time.perf_counter() - started)


def measure() -> dict[str, float]:
    """The rate of the headline's shape, and that of the longest context as a share of it.

    Medians of rounds that take turns, on one thread.
    """
    params = load_params()
    sheet = read_sheet()
    shape = sheet.cells[0].name.partition("h-")[0]
    alike = [cell for cell in sheet.others if cell.name.startswith(shape)]
    shortest, *_, longest = sorted(alike, key=lambda cell: cell.context)
    names = [shortest.name, longest.name]
    models = [load_checkpoint(Path(f"data/dt/{name}.safetensors")) for name in names]
    rates = [
        [episodes_per_second(model, params.environment) for model in models] for _ in range(ROUNDS)
    ]
    first, last = np.median(rates, axis=0)
    return {
        "calibration: episodes a second at reward-to-go 0.9": first,
        f"calibration: the same at context {longest.context}, as a share": last / first,
    }
