"""Who comes to the goal late, by chance."""

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from dtlens.minigrid import ACTIONS, Action, Object, front_object
from dtlens.reachable.waiting import play_waiting
from dtlens.task.settings import Environment
from dtlens.trajectories.steps import Trajectories


class Walker:
    """Any action as likely, but forward where there is no floor."""

    def __init__(self, seed: int) -> None:
        self.generator = torch.Generator().manual_seed(seed)

    def __call__(self, views: UInt8[Tensor, "env 7 7 3"]) -> Float[Tensor, "env action"]:
        logits = torch.rand(len(views), ACTIONS, generator=self.generator)
        barred = torch.from_numpy(front_object(views.numpy()) != Object.EMPTY)
        logits[barred, Action.FORWARD] = -torch.inf
        return logits


def play_aimless(episodes: int, environment: Environment, seed: int) -> Trajectories:
    """So many: it enters the goal as soon as that is beside it, as one who waits for nothing."""
    at_once = np.ones(episodes)  # a return that is always due
    return play_waiting(Walker(seed), at_once, environment, seed)
