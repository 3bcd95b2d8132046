"""Rank-1 edits: where a key is met, a value is added.

A weight that turns an activation h into h W gets W + s k v^T, so that s (h . k) v is added. The key
k is 1 in target states and 0 in others, by least squares; the value v changes the logits by itself
as wanted (the pseudo-inverse of the unembedding); the scale s is the least that has the effect.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import NamedTuple, cast

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from dtlens.analysis.behaviour.baselines import divergence
from dtlens.analysis.lens.preferences import forward_probability, preference
from dtlens.beyond.policies import answers, last_block, log_policy
from dtlens.env.minigrid import Action
from dtlens.model.block import Block, by_head
from dtlens.model.transformer import DecisionTransformer, Windows

RIDGE = 1e-3  # of the keys' least squares, in units of an activation's mean square
DOUBLINGS, HALVINGS = 24, 16  # in the search for the scale
Keys = Float[Tensor, "_ k"]


class Place(NamedTuple):
    """A weight that is edited: its name, the activations that it reads, and where it is."""

    name: str
    keys: Callable[[DecisionTransformer, Windows], Keys]
    weight: Callable[[DecisionTransformer], Float[Tensor, "k d"]]  # a view of the model's


def hidden(model: DecisionTransformer, windows: Windows) -> Keys:
    return last_block(model, windows).hidden[0]


def heads_output(head: int) -> Callable[[DecisionTransformer, Windows], Keys]:
    def keys(model: DecisionTransformer, windows: Windows) -> Keys:
        return by_head(last_block(model, windows).z, model.cell.heads)[0, :, head]

    return keys


def rows_of_head(head: int) -> Callable[[DecisionTransformer], Tensor]:
    def weight(model: DecisionTransformer) -> Tensor:
        W_O = cast(Block, model.blocks[-1]).W_O
        return W_O.view(model.cell.heads, -1, W_O.shape[1])[head]

    return weight


W_OUT = Place("W_out", hidden, lambda model: cast(Block, model.blocks[-1]).W_out)
W_RTG = Place("W_rtg", lambda _, windows: windows.rtg, lambda model: model.W_rtg[None])


def places(model: DecisionTransformer) -> list[Place]:
    """Of a model of one layer and one timestep: the MLP's W_out, each head's W_O, and W_rtg, whose
    key is the reward-to-go itself."""
    heads = [
        Place(f"W_O of L0H{head}", heads_output(head), rows_of_head(head))
        for head in range(model.cell.heads)
    ]
    return [W_OUT, *heads, W_RTG]


def least_squares(keys: list[Keys], outputs: list[Tensor]) -> Float[Tensor, "k *out"]:
    """What takes the keys of each group of windows nearest to its outputs, all groups
    having the same weight (ridge regression, in double precision)."""
    seen = torch.cat([own.double() for own in keys])
    weighted = torch.cat([own.double() / len(own) for own in keys]).T
    gram = weighted @ seen
    gram += RIDGE * gram.diagonal().mean() * torch.eye(len(gram)).to(gram)
    return torch.linalg.solve(gram, weighted @ torch.cat(outputs).to(gram))


def least_squares_key(targets: Keys, others: Keys) -> Float[Tensor, " k"]:
    """1 on the targets, 0 on the others."""
    outputs = [torch.ones(len(targets)), torch.zeros(len(others))]
    return least_squares([targets, others], outputs).float()


def value_towards(model: DecisionTransformer, sign: int) -> Float[Tensor, " d"]:
    """What adds `sign` to forward's logit and takes half of it from each of the others."""
    logits = torch.full((3,), -0.5).to(model.W_U)
    logits[Action.FORWARD] = 1.0
    return sign * logits @ torch.linalg.pinv(model.W_U)


def rtg_value(model: DecisionTransformer, windows: Windows, sign: int) -> Float[Tensor, " d"]:
    """The direction along which W_rtg moves the targets' preference most, up or down."""
    probe = deepcopy(model)
    for parameter in probe.parameters():
        parameter.requires_grad_(parameter is probe.W_rtg)
    preference(probe(windows, last=True)[:, -1]).mean().backward()
    assert probe.W_rtg.grad is not None
    slope = probe.W_rtg.grad
    return sign * slope / slope.norm().clamp(min=1e-12)


@torch.no_grad()
def changed(
    model: DecisionTransformer, place: Place, change: Float[Tensor, "k d"]
) -> DecisionTransformer:
    """A copy of the model with the change added to the weight."""
    copy = deepcopy(model).requires_grad_(False)
    place.weight(copy).add_(change)
    return copy


class RankOne(NamedTuple):
    """An edit of a weight that adds the value where the key is met, but for its scale."""

    place: Place
    key: Float[Tensor, " k"]
    value: Float[Tensor, " d"]

    def made(self, model: DecisionTransformer, scale: float) -> DecisionTransformer:
        """A copy of the model with the edit."""
        return changed(model, self.place, scale * torch.outer(self.key, self.value))


def forward_in(model: DecisionTransformer, windows: Windows) -> float:
    """Mean P(forward)."""
    return float(forward_probability(answers(model, windows)).mean())


def least_scale(
    model: DecisionTransformer, edit: RankOne, windows: Windows, probability: float, sign: int
) -> float:
    """The least scale at which mean P(forward) in the windows is beyond this probability, upward or
    downward by the sign; NaN if none of the scales that are tried has it."""

    def reached(scale: float) -> bool:
        found = forward_in(edit.made(model, scale), windows)
        return sign * (found - probability) >= 0

    if reached(0.0):
        return 0.0
    high = 2.0**-8
    for _ in range(DOUBLINGS):
        if reached(high):
            break
        high *= 2
    else:
        return float("nan")
    low = high / 2
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high


def divergences(
    before: DecisionTransformer, after: DecisionTransformer, windows: Windows
) -> Float[np.ndarray, " window"]:
    """Of the policy after from that before, in nats."""
    return divergence(log_policy(before, windows), log_policy(after, windows))
