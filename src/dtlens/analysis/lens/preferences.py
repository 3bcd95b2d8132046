"""What a model prefers: differences of two actions' logits, and the directions that hold them."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from dtlens.env.dynamic_obstacles import PREFERENCES
from dtlens.env.minigrid import Action
from dtlens.model.transformer import DecisionTransformer

MAIN, *_ = PREFERENCES
Preference = tuple[int, int | None]  # of one action to another, or to none


def preference(actions: Float[Tensor, "*axes 3"], name: str = MAIN) -> Float[Tensor, "*axes"]:
    """One action less another: of logits, W_U or b_U, whose last axis is that of the actions."""
    return difference(actions, PREFERENCES[name])


def difference(actions: Float[Tensor, "*axes 3"], of: Preference) -> Float[Tensor, "*axes"]:
    """The first action less the second, if there is one."""
    towards, against = of
    return actions[..., towards] - (0 if against is None else actions[..., against])


def preference_directions(model: DecisionTransformer) -> dict[str, Float[Tensor, " d"]]:
    """The preferences' directions in the residual stream.

    A component's output times such a direction is its part in a difference of two logits; of the
    logits, their differences are all that the policy depends on.
    """
    return {name: preference(model.W_U, name) for name in PREFERENCES}


def forward_probability(logits: Float[Tensor, "*axes 3"]) -> Float[Tensor, "*axes"]:
    return logits.softmax(-1)[..., Action.FORWARD]


# Of logits at each step's state token, at the last one.
Measures = dict[str, Callable[[Float[Tensor, "batch step 3"]], Float[Tensor, " batch"]]]
MEASURES: Measures = {
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
