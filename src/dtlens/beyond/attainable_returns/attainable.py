"""Which returns the game allows, and so how well any player could be calibrated.

An episode returns -1, 0, or 1 - 0.9 k / max_steps if the k-th step enters the goal. A target in
between can be met in the mean over episodes alone, by mixing the two returns beside it.
"""

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Int

from dtlens.env.dynamic_obstacles import GOAL, INTERIOR, LOW, MIDDLE, SIZE, STEP

BEGIN, FACING = (1, 1), 0  # where the game puts the agent, and which way


def entering_return(step: Int[np.ndarray, "*axes"], max_steps: int) -> Float[np.ndarray, "*axes"]:
    """What an episode returns whose step of this number, counted from 1, enters the goal."""
    return 1 - 0.9 * step / max_steps


def entering_steps(max_steps: int) -> Bool[np.ndarray, "step direction"]:
    """Whether the step of each number, counted from 0 (none), can enter the goal facing each way.

    Of an agent alone in the room. A turn changes the parity of its direction, a move that of its
    cell, so that it enters the goal from one side at even steps, from the other at odd ones.
    """
    inside = np.zeros((SIZE, SIZE), bool)
    inside[*np.transpose(INTERIOR)] = True
    at = np.zeros((4, SIZE, SIZE), bool)  # where it can be, by the direction that it faces
    at[FACING, *BEGIN] = True
    enters = np.zeros((max_steps + 1, 4), bool)
    for step in range(1, max_steps + 1):
        moved = np.stack([np.roll(cells, STEP[way], (0, 1)) for way, cells in enumerate(at)])
        enters[step] = moved[:, *GOAL]
        at = np.roll(at, 1, 0) | np.roll(at, -1, 0) | (moved & inside)
        at[:, *GOAL] = False
    return enters


def exact_returns(max_steps: int) -> Float[np.ndarray, " value"]:
    """Every return that an episode can have, in order."""
    steps = np.flatnonzero(entering_steps(max_steps).any(1))
    return np.unique(np.round([LOW, MIDDLE, *entering_return(steps, max_steps)], 9))


def attainable(target_rtgs: list[float], max_steps: int) -> pd.DataFrame:
    """The best that a player can do with each target; none does better.

    Columns: rtg; nearest (the return nearest to it), episode_error (how far it is: the least error
    of an episode); mean (the mean return nearest to it), spread (the least standard deviation of
    episodes with that mean: of the two returns beside it).
    """
    exact, targets = exact_returns(max_steps), np.array(target_rtgs)
    nearest = exact[np.abs(targets[:, None] - exact).argmin(1)]
    mean = targets.clip(exact[0], exact[-1])
    above = exact[np.searchsorted(exact, mean)]
    below = exact[np.searchsorted(exact, mean, side="right") - 1]
    return pd.DataFrame(
        {
            "rtg": targets,
            "nearest": nearest,
            "episode_error": np.abs(nearest - targets),
            "mean": mean,
            "spread": np.sqrt((above - mean) * (mean - below)),
        }
    )
