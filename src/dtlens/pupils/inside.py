"""What a player has of a view before it decides: the layer that its logits are read off."""

from typing import NamedTuple, cast

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

from dtlens.agents.ppo import Agent
from dtlens.minigrid import Observations
from dtlens.model.transformer import STATE_TOKEN, DecisionTransformer, Encoded, encode, layout

Layer = Float[np.ndarray, "view _"]


class Inside(NamedTuple):
    """A layer, and the weights that logits are read off it by."""

    layer: Layer
    readout: Float[np.ndarray, "unit action"]

    @property
    def unread(self) -> Layer:
        """The layer less its part in the directions that any logit is read off."""
        basis, _ = np.linalg.qr(self.readout)
        return self.layer - self.layer @ basis @ basis.T


@torch.no_grad()
def in_model(model: DecisionTransformer, views: Observations, rtg: float, time: int) -> Inside:
    """The residual stream after the last block, as `occlusion.of_model` asks it."""
    inputs = encode(torch.from_numpy(views)[None], model.cell.encoding)
    told, at = torch.full((1, len(views)), rtg), torch.full((1, len(views)), time)
    tokens = model.tokens(Encoded(inputs, told, torch.zeros_like(at), at), model.W_state)
    last = layout(1)[0].tolist().index(STATE_TOKEN)
    layer = model.run_to_last(tokens, last)
    return Inside(layer.double().numpy(), model.W_U.double().numpy())


@torch.no_grad()
def in_agent(agent: Agent, views: Observations) -> Inside:
    """The actor's second layer."""
    layer = agent.actor[:-1](agent.encode(torch.from_numpy(views)))
    readout = cast(nn.Linear, agent.actor[-1]).weight
    return Inside(layer.double().numpy(), readout.double().numpy().T)


def alignment(one: Layer, other: Layer) -> float:
    """Linear CKA (Kornblith et al., 2019, eq. 3 with a linear kernel) over the same views: 1 if one
    is the other turned, moved or scaled as a whole; near 0 if nothing is in common."""
    one, other = one - one.mean(0), other - other.mean(0)
    shared = np.linalg.norm(one.T @ other) ** 2
    return float(shared / (np.linalg.norm(one.T @ one) * np.linalg.norm(other.T @ other)))
