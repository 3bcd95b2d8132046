"""Calibration (figure 5 of the study): does the return follow the target?"""

import numpy as np
import pandas as pd

from dtlens.play.outcomes import outcome_rates
from dtlens.play.rollouts import Policy, play_model
from dtlens.play.settings import Calibration
from dtlens.stats import mean_interval
from dtlens.task.settings import Environment


def calibrate(
    policy: Policy, context: int, settings: Calibration, episodes: int, environment: Environment
) -> pd.DataFrame:
    """A row per reward-to-go: mean return with its 95% interval over episodes, spread, outcomes.

    Columns: rtg; mean_return, low, high; sd (of the episodes' returns); mean_length (steps);
    each of `OUTCOMES` (its share of the episodes); episodes.
    """
    target_rtg = np.repeat(settings.rtg.grid, episodes)
    played = play_model(policy, context, target_rtg, environment, settings.seed)
    generator = np.random.default_rng(settings.seed)
    returns = played.episode_return.reshape(-1, episodes)
    low, high = zip(*(mean_interval(row, generator) for row in returns), strict=True)
    table = pd.DataFrame(
        {
            "rtg": settings.rtg.grid,
            "mean_return": returns.mean(1),
            "low": low,
            "high": high,
            "sd": returns.std(1),
            "mean_length": played.length.reshape(returns.shape).mean(1),
        }
    )
    shares = outcome_rates(played, target_rtg).pivot_table(
        index="rtg", columns="event", values="value", sort=False
    )
    return table.join(shares, on="rtg").assign(episodes=episodes)
