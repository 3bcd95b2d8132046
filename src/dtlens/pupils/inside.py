"""What a player has of a view before it decides: the layer that its logits are read off."""

import numpy as np
import torch
from jaxtyping import Float

from dtlens.agents.ppo import Agent
from dtlens.minigrid import Observations
from dtlens.model.transformer import STATE_TOKEN, DecisionTransformer, Encoded, encode, layout

Layer = Float[np.ndarray, "view unit"]


@torch.no_grad()
def in_model(model: DecisionTransformer, views: Observations, rtg: float, time: int) -> Layer:
    """The residual stream after the last block, as `occlusion.of_model` asks it."""
    inputs = encode(torch.from_numpy(views)[None], model.cell.encoding)
    told, at = torch.full((1, len(views)), rtg), torch.full((1, len(views)), time)
    tokens = model.tokens(Encoded(inputs, told, torch.zeros_like(at), at), model.W_state)
    last = layout(1)[0].tolist().index(STATE_TOKEN)
    return model.run_to_last(tokens, last).double().numpy()


@torch.no_grad()
def in_agent(agent: Agent, views: Observations) -> Layer:
    """The actor's second layer."""
    return agent.actor[:-1](agent.encode(torch.from_numpy(views))).double().numpy()


def alignment(one: Layer, other: Layer) -> float:
    """Linear CKA (Kornblith et al., 2019, eq. 3 with a linear kernel) over the same views: 1 if one
    is the other turned, moved or scaled as a whole; near 0 if nothing is in common."""
    one, other = one - one.mean(0), other - other.mean(0)
    shared = np.linalg.norm(one.T @ other) ** 2
    return float(shared / (np.linalg.norm(one.T @ one) * np.linalg.norm(other.T @ other)))
