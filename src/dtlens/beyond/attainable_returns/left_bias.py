"""Is a model at target return -1 the model at target return 1 with a bias to the left? (A comment
below the study.)"""

import numpy as np
import pandas as pd
from jaxtyping import Float
from scipy.optimize import minimize

from dtlens.analysis.behaviour.baselines import divergence
from dtlens.analysis.scenes.bank import Scenes
from dtlens.base.intervals import ratio_interval
from dtlens.beyond.policies import log_policy
from dtlens.env.minigrid import Action
from dtlens.model.transformer import DecisionTransformer

# What may be added to the logits, the same in every scene; one action is what others are against.
BIASES = {"left": [Action.LEFT], "any": [Action.LEFT, Action.RIGHT]}


def biased(
    log_q: Float[np.ndarray, "scene action"], actions: list[Action], bias: Float[np.ndarray, " a"]
) -> Float[np.ndarray, "scene action"]:
    """The policy with these numbers added to the logits of these actions."""
    logits = log_q.copy()
    logits[:, actions] += bias
    return logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)


def left_bias(
    log_p: Float[np.ndarray, "scene action"], log_q: Float[np.ndarray, "scene action"], seed: int
) -> pd.DataFrame:
    """How much of the divergence of p from q a bias explains, the one that explains most.

    Columns: bias (a key of `BIASES`), logits (added to left), divergence (without it, mean in
    nats), value (the share of it that is gone with the bias), low, high (95% bootstrap interval
    over scenes), n.
    """
    generator, before, rows = np.random.default_rng(seed), divergence(log_p, log_q), []
    for name, actions in BIASES.items():

        def mean_divergence(
            bias: Float[np.ndarray, " a"], actions: list[Action] = actions
        ) -> float:
            return float(divergence(log_p, biased(log_q, actions, bias)).mean())

        best = minimize(mean_divergence, np.zeros(len(actions))).x
        gone = before - divergence(log_p, biased(log_q, actions, best))
        (low,), (high,) = ratio_interval(gone[:, None], before[:, None], generator)
        row = (name, best[0], before.mean(), gone.mean() / before.mean(), low, high, len(before))
        rows.append(row)
    columns = ["bias", "logits", "divergence", "value", "low", "high", "n"]
    return pd.DataFrame(rows, columns=columns)


def in_scenes(model: DecisionTransformer, scenes: Scenes, seed: int) -> pd.DataFrame:
    """`left_bias` of the model at target return -1 from the model at target return 1, in placed
    scenes."""
    log_p, log_q = (log_policy(model, scenes.windows(rtg)) for rtg in (-1.0, 1.0))
    return left_bias(log_p, log_q, seed)
