"""Play with the time of one token held: which token's time makes the model go on in time?"""

from functools import partial

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from dtlens.env.settings import Environment
from dtlens.model.transformer import RTG_TOKEN, STATE_TOKEN, DecisionTransformer, Windows, layout
from dtlens.play.rollouts import play_model

TOKENS = {"RTG token": RTG_TOKEN, "state token": STATE_TOKEN}


@torch.no_grad()
def with_time_held(
    model: DecisionTransformer, held: str | None, windows: Windows
) -> Float[Tensor, "batch 1 3"]:
    """The logits, windows being of one timestep, with one token's time embedding at its mean."""
    tokens, order = model.embed(windows), layout(1)[0].tolist()
    if held:
        time = windows.time[:, 0].to(model.W_time.device)
        tokens[order.index(TOKENS[held])] += model.W_time.mean(0) - model.W_time[time]
    return model.unembed(model.run_to_last(tokens, order.index(STATE_TOKEN)))[:, None]


def in_play(
    model: DecisionTransformer,
    targets: list[float],
    episodes: int,
    environment: Environment,
    seed: int,
) -> pd.DataFrame:
    """How far episodes are from their targets, with no token's time held and with each one's.

    Columns: held ("none", or a token), value (root mean square of return less target), n.
    """
    target_rtg, rows = np.repeat(targets, episodes), []
    for held in (None, *TOKENS):
        policy = partial(with_time_held, model, held)
        played = play_model(policy, 1, target_rtg, environment, seed)
        error = np.sqrt(((played.episode_return - target_rtg) ** 2).mean())
        rows.append((held or "none", error, len(target_rtg)))
    return pd.DataFrame(rows, columns=["held", "value", "n"])
