"""How many steps a second of one core the rooms in NumPy take."""

import time

import numpy as np

from benchmarks.environment import ENVIRONMENT
from dtlens.beyond.rooms.batch import Rooms
from dtlens.env.minigrid import Action

ROOMS, STEPS = 256, 2000


def measure() -> dict[str, float]:
    """Of 256 rooms at once, under random actions; a step that only begins an episode is none."""
    rng = np.random.default_rng(0)
    made = Rooms().make(ENVIRONMENT, ROOMS, np.random.SeedSequence(0))
    made.reset()
    steps, real = 0, np.ones(ROOMS, bool)
    started = time.process_time()
    for _ in range(STEPS):
        steps += int(real.sum())
        _, _, terminated, truncated, _ = made.step(rng.integers(len(Action), size=ROOMS))
        real = ~(terminated | truncated)
    rate = steps / (time.process_time() - started) / 1e3
    return {"worlds: thousand steps a CPU-second": rate}
