"""How episodes end, per reward-to-go asked for, with 95% intervals over episodes."""

import numpy as np
import pandas as pd

from dtlens.stats import wilson
from dtlens.task.dynamic_obstacles import OUTCOMES
from dtlens.task.episodes import Episodes


def outcome_rates(episodes: Episodes, rtg: np.ndarray) -> pd.DataFrame:
    """A row per reward-to-go and outcome: its rate, Wilson interval, and number of episodes."""
    rows = []
    for asked in np.unique(rtg):
        counts = np.bincount(episodes.outcome[rtg == asked], minlength=len(OUTCOMES))
        for outcome, count in zip(OUTCOMES, counts.tolist(), strict=True):
            low, high = wilson(count, int(counts.sum()))
            rows.append((asked, outcome, count / counts.sum(), low, high, counts.sum()))
    return pd.DataFrame(rows, columns=["rtg", "event", "value", "low", "high", "n"])
