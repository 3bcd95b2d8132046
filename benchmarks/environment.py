"""How much faster batched stepping is than one `gymnasium.make` environment."""

import time

import gymnasium
import minigrid  # noqa: F401  (registers the environments)
import numpy as np

from dtlens.env.episodes import make_environments
from dtlens.env.minigrid import Action
from dtlens.env.settings import Environment

ENVIRONMENT = Environment(id="MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=300)
BATCH = 1024
SECONDS = 2.0


def single_rate(rng: np.random.Generator) -> float:
    """Steps a second of one environment, resets included."""
    single = gymnasium.make(ENVIRONMENT.id, max_steps=ENVIRONMENT.max_steps)
    single.reset(seed=0)
    steps, started = 0, time.perf_counter()
    while time.perf_counter() < started + SECONDS:
        _, _, terminated, truncated, _ = single.step(rng.integers(len(Action)))
        steps += 1
        if terminated or truncated:
            single.reset()
    return steps / (time.perf_counter() - started)


def batched_rate(rng: np.random.Generator) -> float:
    """Steps a second of a batch of environments on one thread; a reset is no step."""
    pool = make_environments(ENVIRONMENT, BATCH, np.random.SeedSequence(0))
    pool.reset()
    steps, started = 0, time.perf_counter()
    real = np.ones(BATCH, bool)
    while time.perf_counter() < started + SECONDS:
        steps += int(real.sum())
        action = rng.integers(len(Action), size=BATCH, dtype=np.int32)
        _, _, terminated, truncated, _ = pool.step(action)
        real = ~(terminated | truncated)
    return steps / (time.perf_counter() - started)


def measure() -> dict[str, float]:
    """Batched steps a second over single ones."""
    rng = np.random.default_rng(0)
    return {"environment: batched steps / single steps": batched_rate(rng) / single_rate(rng)}
