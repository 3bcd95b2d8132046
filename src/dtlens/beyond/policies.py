"""What models answer at the end of windows, and how far apart two policies are."""

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from dtlens.analysis.behaviour.ablation import embed
from dtlens.model.block import Activations
from dtlens.model.transformer import DecisionTransformer, Windows

LogPolicy = Float[np.ndarray, "window action"]


@torch.no_grad()
def answers(model: DecisionTransformer, windows: Windows) -> Float[Tensor, "window action"]:
    """The logits at the last state."""
    return model(windows, last=True)[:, -1]


def log_policy(model: DecisionTransformer, windows: Windows) -> LogPolicy:
    """The logarithms of the actions' probabilities there."""
    return answers(model, windows).double().log_softmax(-1).cpu().numpy()


def divergence(log_p: LogPolicy, log_q: LogPolicy) -> Float[np.ndarray, " window"]:
    """Of p from q, in nats (Kullback and Leibler, 1951)."""
    return (np.exp(log_p) * (log_p - log_q)).sum(-1)


@torch.no_grad()
def last_block(model: DecisionTransformer, windows: Windows) -> Activations:
    """The last block's activations at the state tokens."""
    return model.run(embed(model, windows))[-1]


def unembed(
    model: DecisionTransformer, residual: Float[Tensor, "*axes d"]
) -> Float[Tensor, "*axes action"]:
    return F.linear(residual, model.W_U.T, model.b_U)
