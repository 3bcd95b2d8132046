"""Simple rules that stand in for a policy: the study's trigrams, and a linear one.

Each is made of some steps at one reward-to-go, and says of every step how likely which action is.
"""

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8
from scipy.special import log_softmax

from dtlens.env.dynamic_obstacles import SEEN
from dtlens.env.minigrid import Object

RIDGE = 1.0  # what the regression adds to the sum of squares of each feature
Logits = Float[np.ndarray, "step 3"]


def tables(
    logits: Logits,
    front: Int[np.ndarray, " step"],
    views: UInt8[np.ndarray, "step 7 7 3"],
    built: Bool[np.ndarray, " step"],
) -> dict[str, Logits]:
    """Log probabilities by tables of the object in front, and of that and what is at the sides."""
    probability, reach = np.exp(log_softmax(logits, axis=1)), side_distances(views)
    keys = {"front": front, "front, sides": 16 * front + reach @ [4, 1]}
    return {name: np.log(table_means(key, probability, built)) for name, key in keys.items()}


def side_distances(views: UInt8[np.ndarray, "step 7 7 3"]) -> Int[np.ndarray, "step 2"]:
    """How many empty cells are left and right of the agent before one that is not: 0 to 3."""
    empty = views[:, :, 6, 0] == Object.EMPTY
    sides = np.stack([empty[:, 2::-1], empty[:, 4:]], 1)
    return sides.cumprod(2).sum(2)


def table_means(
    key: Int[np.ndarray, " step"],
    values: Float[np.ndarray, "step value"],
    built: Bool[np.ndarray, " step"],
) -> Float[np.ndarray, "step value"]:
    """The mean over the steps `built` of each step's key; over all of these if none has it."""
    counts = np.bincount(key[built], minlength=key.max() + 1)
    sums = np.zeros((len(counts), values.shape[1]))
    np.add.at(sums, key[built], values[built])
    known = sums / np.maximum(counts, 1)[:, None]
    return np.where(counts[:, None] > 0, known, values[built].mean(0))[key]


def linear(
    logits: Logits, views: UInt8[np.ndarray, "step 7 7 3"], built: Bool[np.ndarray, " step"]
) -> Logits:
    """Logits by ridge regression on the cells' objects, one-hot: colours follow from them."""
    seen = (views[..., 0].reshape(len(views), -1, 1) == SEEN).reshape(len(views), -1)
    varies = seen[built].any(0) & ~seen[built].all(0)
    features = seen[:, varies].astype(np.float64)
    features -= features[built].mean(0)
    mean = logits[built].mean(0)
    gram = features[built].T @ features[built] + RIDGE * np.eye(features.shape[1])
    return mean + features @ np.linalg.solve(gram, features[built].T @ (logits[built] - mean))


def divergence(log_p: Logits, log_q: Float[np.ndarray, "#step 3"]) -> Float[np.ndarray, " step"]:
    """KL(p || q) at each step, in nats."""
    return (np.exp(log_p) * (log_p - log_q)).sum(1)
