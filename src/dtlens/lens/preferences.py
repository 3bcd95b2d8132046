"""Directions of the residual stream that the action logits read."""

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from dtlens.minigrid import Action
from dtlens.model.transformer import DecisionTransformer


def preference_directions(model: DecisionTransformer) -> dict[str, Float[Tensor, " d"]]:
    """F-R (forward minus right) and R-L (right minus left) columns of the unembedding.

    A component's output times such a direction is its part in a difference of two logits; of the
    logits, their differences are all that the policy depends on.
    """
    left, right, forward = (model.W_U[:, action] for action in Action)
    return {"F-R": forward - right, "R-L": right - left}


def random_directions(
    direction: Float[Tensor, " d"], count: int, seed: int
) -> Float[Tensor, "sample d"]:
    """`count` directions of the same norm, uniform on the sphere: a null for what is read off it.

    In high dimension most are nearly orthogonal to any given vector, but not exactly.
    """
    drawn = torch.randn(count, len(direction), generator=Generator().manual_seed(seed))
    return torch.nn.functional.normalize(drawn.to(direction)) * direction.norm()


def preference(logits: Float[Tensor, "batch token 3"]) -> Float[Tensor, " batch"]:
    """Forward minus right at the last token, which is the state's."""
    return logits[:, -1, Action.FORWARD] - logits[:, -1, Action.RIGHT]


def forward_probability(logits: Float[Tensor, "batch token 3"]) -> Float[Tensor, " batch"]:
    """P(forward) at the last token, which is the state's."""
    return logits[:, -1].softmax(-1)[:, Action.FORWARD]


MEASURES = {"logit_difference": preference, "probability": forward_probability}
