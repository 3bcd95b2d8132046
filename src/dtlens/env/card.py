"""The game's card: what is said of it, counted over every recorded step (claim 1)."""

import numpy as np
import pandas as pd
from jaxtyping import Bool

from dtlens.env.dynamic_obstacles import SEEN
from dtlens.env.minigrid import Action, Object, front_object
from dtlens.env.trajectories import Trajectories


def card(data: Trajectories, max_steps: int) -> pd.DataFrame:
    """Columns: fact; expected (what of); measured (the share for which it holds); n (how many)."""
    forward, front = data.action == Action.FORWARD, front_object(data.views)[data.view]
    into_goal = forward & (front == Object.GOAL)
    collides = forward & np.isin(front, [Object.WALL, Object.BALL])
    otherwise = ~(into_goal | collides)
    by_goal = 1 - 0.9 * (data.t + 1) / max_steps
    last = data.start + data.length - 1
    at_limit = data.t == max_steps - 1
    facts: list[tuple[str, str, Bool[np.ndarray, " case"]]] = [
        ("actions", "left, right or forward", data.action <= max(Action)),
        ("view", "its objects are empty, wall, obstacle and goal, or unseen", _objects(data)),
        ("view", "the state channel is 0", (data.views[..., 2] == 0).all((1, 2))[data.view]),
        (
            "into the goal",
            "ends the episode with 1 - 0.9 t / max_steps after t steps",
            (data.terminated & np.isclose(data.reward, by_goal, atol=1e-6))[into_goal],
        ),
        (
            "into a wall or an obstacle",
            "ends the episode with -1",
            (data.terminated & (data.reward == -1))[collides],
        ),
        (
            "any other step",
            "goes on without a reward",
            (~data.terminated & (data.reward == 0))[otherwise],
        ),
        ("time", "no episode is longer than max_steps", data.length <= max_steps),
        ("time", "only at max_steps is an episode cut off", at_limit[data.truncated]),
        ("time", "an episode ends or is cut off", (data.terminated | data.truncated)[last]),
    ]
    rows = [(what, said, holds.mean(), len(holds)) for what, said, holds in facts if len(holds)]
    return pd.DataFrame(rows, columns=["fact", "expected", "measured", "n"])


def _objects(data: Trajectories) -> Bool[np.ndarray, " step"]:
    return np.asarray(np.isin(data.views[..., 0], SEEN).all((1, 2)))[data.view]
