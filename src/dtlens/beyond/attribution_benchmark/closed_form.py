"""The closed form of waiting: go on into the goal once r + 0.9 t / max_steps is 1.

Whoever waits to return r enters at step (1 - r) max_steps / 0.9. So in front of the goal a step is
worth 0.9 / max_steps of reward-to-go, whatever it is that computes it.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, Int

from dtlens.analysis.lens.preferences import preference
from dtlens.analysis.scenes.bank import Scenes
from dtlens.analysis.scenes.pairs import Pairs
from dtlens.beyond.attribution_benchmark.settings import AttributionBenchmark
from dtlens.beyond.policies import answers
from dtlens.env.dynamic_obstacles import GOALS
from dtlens.env.minigrid import Action
from dtlens.model.transformer import DecisionTransformer, Windows

BIN = 0.02  # of the sum, when the preference is taken to be a function of it
NEAR = 0.1  # of the sum at which it goes on: there the preference is nearly linear


class Drawn(NamedTuple):
    """What is told, and when, in front of the goal."""

    scene: Int[np.ndarray, " row"]
    rtg: Float[np.ndarray, " row"]
    time: Int[np.ndarray, " row"]


def worth(max_steps: int) -> float:
    """What a step is worth in reward-to-go."""
    return 0.9 / max_steps


def at(scenes: Scenes, drawn: Drawn) -> Windows:
    """The scenes at those targets and times."""
    windows = scenes.select(drawn.scene).windows(0.0)
    rtg = torch.from_numpy(drawn.rtg.astype(np.float32))[:, None]
    return windows._replace(rtg=rtg, time=torch.from_numpy(drawn.time.astype(np.int64))[:, None])


def draw(
    scenes: int, low: float, high: float, count: int, max_steps: int, room: int, seed: int
) -> Drawn:
    """Targets and times whose sum is evenly from `low` to `high`, `room` steps before the end."""
    generator = np.random.default_rng(seed)
    total = generator.uniform(low, high, count)
    time = generator.integers(0, max_steps - room, count)
    return Drawn(generator.integers(scenes, size=count), total - worth(max_steps) * time, time)


def fit(model: DecisionTransformer, scenes: Scenes, settings: AttributionBenchmark) -> pd.DataFrame:
    """How well the closed form describes the model, by the side from which it sees the goal.

    Columns: front; explained (share of the variance of F-R that is a function of the sum alone);
    slope (of F-R in a step, over that in reward-to-go, near the sum at which to go on: the worth of
    a step); agreement (share in which it goes on just when the closed form does); n.
    """
    limit, rows = model.max_steps, []
    for front in GOALS:
        seen = scenes.select((scenes.fronts == front).to_numpy())
        drawn = draw(len(seen.labels), 0.5, 1.5, settings.fitted, limit, 1, settings.seed)
        logits = answers(model, at(seen, drawn)).cpu()
        prefers, total = preference(logits).double().numpy(), drawn.rtg + worth(limit) * drawn.time
        binned = pd.Series(prefers).groupby(np.floor(total / BIN))
        explained = 1 - ((prefers - binned.transform("mean")) ** 2).mean() / prefers.var()
        near = np.abs(total - 1) < NEAR
        terms = np.column_stack([np.ones(near.sum()), drawn.rtg[near], drawn.time[near]])
        (_, by_rtg, by_time), *_ = np.linalg.lstsq(terms, prefers[near], rcond=None)
        goes = (logits.argmax(-1) == Action.FORWARD).numpy()
        agreement = (goes == (total >= 1 - worth(limit))).mean()
        rows.append((front, explained, by_time / by_rtg, agreement, len(total)))
    return pd.DataFrame(rows, columns=["front", "explained", "slope", "agreement", "n"])


def contrasts(
    scenes: Scenes, front: str, max_steps: int, settings: AttributionBenchmark
) -> dict[str, Pairs]:
    """Two kinds of pairs with the same corrupted windows, which the closed form cannot tell apart:
    clean is `settings.steps` steps later ("time"), or told what these are worth more ("rtg")."""
    seen = scenes.select((scenes.fronts == front).to_numpy())
    low, high, later = settings.from_sum.low, settings.from_sum.high, settings.steps
    before = draw(
        len(seen.labels), low, high, settings.pairs, max_steps, later + 1, settings.seed + 1
    )
    corrupted = at(seen, before)
    moved = {
        "rtg": before._replace(rtg=before.rtg + worth(max_steps) * later),
        "time": before._replace(time=before.time + later),
    }
    fronts = pd.Series([front] * settings.pairs)
    return {
        kind: Pairs(kind, 0.0, fronts, at(seen, clean), corrupted) for kind, clean in moved.items()
    }
