"""How episodes end, per target reward-to-go, with 95% intervals over episodes."""

import numpy as np
import pandas as pd
from jaxtyping import Float

from dtlens.base.intervals import wilson
from dtlens.env.dynamic_obstacles import OUTCOMES
from dtlens.env.episodes import Episodes


def outcome_rates(episodes: Episodes, target_rtg: Float[np.ndarray, " episode"]) -> pd.DataFrame:
    """A row per reward-to-go and outcome: its rate, Wilson interval, and number of episodes."""
    rows = []
    for rtg in np.unique(target_rtg):
        counts = np.bincount(episodes.outcome[target_rtg == rtg], minlength=len(OUTCOMES))
        for outcome, count in zip(OUTCOMES, counts.tolist(), strict=True):
            low, high = wilson(count, int(counts.sum()))
            rows.append((rtg, outcome, count / counts.sum(), low, high, counts.sum()))
    return pd.DataFrame(rows, columns=["rtg", "event", "value", "low", "high", "n"])
