"""What agents that may be anywhere see in rooms as they begin, and how a model is shown it."""

from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Int64

from dtlens.minigrid import Observations
from dtlens.model.transformer import Windows
from dtlens.task.settings import Environment
from dtlens.worlds.batch import Rooms


def first_views(rooms: Rooms, environment: Environment, count: int, seed: int) -> Observations:
    """One view of each of `count` such rooms, the agent anywhere."""
    anywhere = replace(rooms, anywhere=True)
    begun = anywhere.make(environment, count, np.random.SeedSequence(seed))
    return begun.reset()[0]["image"]


def one_step(views: Observations, rtg: float, time: int | Int64[np.ndarray, " view"]) -> Windows:
    """Each view as a window of one timestep, at its `time` or all at the same."""
    count = len(views)
    return Windows(
        rtg=torch.full((count, 1), rtg),
        observation=torch.from_numpy(views[:, None]),
        action=torch.zeros(count, 1, dtype=torch.int64),
        time=torch.from_numpy(np.full(count, time)[:, None]),
    )
