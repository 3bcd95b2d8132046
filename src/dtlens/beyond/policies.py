"""What models answer at the end of windows."""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

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


@torch.no_grad()
def last_block(model: DecisionTransformer, windows: Windows) -> Activations:
    """The last block's activations at the state tokens."""
    return model.run(model.embed(windows))[-1]
