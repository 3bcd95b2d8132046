"""What a model prefers: differences of two actions' logits, and the directions that hold them."""

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from dtlens.env.dynamic_obstacles import PREFERENCES
from dtlens.env.minigrid import Action
from dtlens.model.transformer import DecisionTransformer

MAIN, *_ = PREFERENCES


def preference(actions: Float[Tensor, "*axes 3"], name: str = MAIN) -> Float[Tensor, "*axes"]:
    """One action less another: of logits, W_U or b_U, whose last axis is that of the actions."""
    towards, against = PREFERENCES[name]
    return actions[..., towards] - actions[..., against]


def preference_directions(model: DecisionTransformer) -> dict[str, Float[Tensor, " d"]]:
    """The preferences' directions in the residual stream.

    A component's output times such a direction is its part in a difference of two logits; of the
    logits, their differences are all that the policy depends on.
    """
    return {name: preference(model.W_U, name) for name in PREFERENCES}


def forward_probability(logits: Float[Tensor, "*axes 3"]) -> Float[Tensor, "*axes"]:
    return logits.softmax(-1)[..., Action.FORWARD]


# Of logits [batch, token, action], at the last token, which is the state's.
MEASURES = {
    "logit_difference": lambda logits: preference(logits[:, -1]),
    "probability": lambda logits: forward_probability(logits[:, -1]),
}


def random_directions(
    direction: Float[Tensor, " d"], count: int, seed: int
) -> Float[Tensor, "sample d"]:
    """`count` directions of the same norm, uniform on the sphere: a null for what is read off it.

    In high dimension most are nearly orthogonal to any given vector, but not exactly.
    """
    drawn = torch.randn(count, len(direction), generator=Generator().manual_seed(seed))
    return torch.nn.functional.normalize(drawn.to(direction)) * direction.norm()
