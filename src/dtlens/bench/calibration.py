"""How many complete episodes a second a trained model plays."""

import time
from functools import partial
from pathlib import Path

import numpy as np

from dtlens.model import load_checkpoint
from dtlens.params.everything import load_params
from dtlens.rollouts import play

EPISODES = 2000


def measure() -> dict[str, float]:
    """Episodes a second of the first headline cell at reward-to-go 0.9, on one thread."""
    params = load_params()
    name = params.headline.cells[0].name
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors"))
    policy, rtg = partial(model, last=True), np.full(EPISODES, 0.9)
    started = time.perf_counter()
    play(policy, model.cell.context, rtg, params.environment, 1, "cpu")
    rate = EPISODES / (time.perf_counter() - started)
    return {"calibration: episodes a second at reward-to-go 0.9": rate}
