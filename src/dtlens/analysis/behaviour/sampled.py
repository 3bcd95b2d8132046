"""Calibration with sampled actions: the study plays its model by the likeliest, others draw."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from dtlens.env.minigrid import ACTIONS
from dtlens.model.transformer import Windows
from dtlens.play.rollouts import Policy


def drawing(policy: Policy, seed: int) -> Policy:
    """The policy that always does what was drawn from the given one's probabilities.

    Its logits, of the last step, are 1 for the action drawn and 0 for the others.
    """
    generator = torch.Generator().manual_seed(seed)

    def draw(windows: Windows) -> Float[Tensor, "batch 1 3"]:
        probability = policy(windows)[:, -1].cpu().softmax(-1)
        drawn = torch.multinomial(probability, 1, generator=generator)
        return F.one_hot(drawn, ACTIONS).to(probability)

    return draw
