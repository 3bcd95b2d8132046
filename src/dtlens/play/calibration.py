"""Calibration (figure 5 of the study): does the return follow the target?"""

import numpy as np
import pandas as pd

from dtlens.base.intervals import mean_interval
from dtlens.env.episodes import Episodes
from dtlens.env.settings import Environment
from dtlens.play.outcomes import outcome_rates
from dtlens.play.rollouts import Policy, play_model
from dtlens.play.settings import Calibration


def calibrate(
    policy: Policy, context: int, settings: Calibration, episodes: int, environment: Environment
) -> pd.DataFrame:
    """A row per reward-to-go: mean return with its 95% interval over episodes, spread, outcomes.

    Columns: those of `by_target`, and after sd mean_length (steps).
    """
    grid = settings.rtg.grid
    played = play_model(policy, context, np.repeat(grid, episodes), environment, settings.seed)
    table = by_target(played, grid, settings.seed)
    lengths = played.length.reshape(len(grid), -1).mean(1)
    table.insert(list(table).index("sd") + 1, "mean_length", lengths)
    return table


def by_target(played: Episodes, targets: list[float], seed: int) -> pd.DataFrame:
    """A row per target of episodes that were played as many for each, one target after the other.

    Columns: rtg; mean_return, low, high (95% bootstrap interval over episodes); sd (of the
    episodes' returns); each of `OUTCOMES` (its share of the episodes); episodes.
    """
    generator = np.random.default_rng(seed)
    returns = played.episode_return.reshape(len(targets), -1)
    low, high = zip(*(mean_interval(row, generator) for row in returns), strict=True)
    table = pd.DataFrame(
        {
            "rtg": targets,
            "mean_return": returns.mean(1),
            "low": low,
            "high": high,
            "sd": returns.std(1),
        }
    )
    row = np.repeat(np.arange(float(len(targets))), returns.shape[1])
    shares = outcome_rates(played, row).pivot_table(
        index="rtg", columns="event", values="value", sort=False
    )
    return table.join(shares.reset_index(drop=True)).assign(episodes=returns.shape[1])
