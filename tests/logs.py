"""Recorded steps, made up."""

import numpy as np

from dtlens.env.trajectories import Log


def make_log(environment, reward, terminated, truncated, views=None):
    steps = len(reward)
    rng = np.random.default_rng(0)
    return Log(
        environment=np.array(environment),
        observation=rng.integers(0, 9, (steps, 7, 7, 3), np.uint8) if views is None else views,
        action=np.arange(steps, dtype=np.uint8) % 3,
        reward=np.array(reward, np.float32),
        terminated=np.array(terminated, bool),
        truncated=np.array(truncated, bool),
        policy=np.arange(steps, dtype=np.int16),
    )
