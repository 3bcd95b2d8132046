"""How near episodes come to what was asked for, and what to tell a model to get nearer."""

import numpy as np
import pandas as pd
from jaxtyping import Float
from scipy.optimize import isotonic_regression

from dtlens.play.outcomes import outcome_rates
from dtlens.play.rollouts import Policy, play_model
from dtlens.stats import mean_interval
from dtlens.task.settings import Environment

BIN = 0.05  # of targets that are drawn, not chosen


def per_target(
    target_rtg: Float[np.ndarray, " episode"], returns: Float[np.ndarray, " episode"], seed: int
) -> pd.DataFrame:
    """A row for each target, rounded to `BIN`: how far episodes are from what was asked of them.

    Columns: rtg; error, low, high (mean of return less target, 95% bootstrap interval over
    episodes), sd (of return less target), episode_error (its root mean square), episodes.
    """
    generator = np.random.default_rng(seed)
    asked = (np.round(target_rtg / BIN) * BIN).round(6)
    rows = []
    for rtg in np.unique(asked):
        error = (returns - target_rtg)[asked == rtg].astype(float)
        spread = (error.std(), np.sqrt((error**2).mean()), len(error))
        rows.append((rtg, error.mean(), *mean_interval(error, generator), *spread))
    columns = ["rtg", "error", "low", "high", "sd", "episode_error", "episodes"]
    return pd.DataFrame(rows, columns=columns)


def invert(curve: pd.DataFrame, wanted: list[float]) -> list[float]:
    """What to tell a model to have what is wanted: the inverse of its calibration.

    `curve` has rtg and mean_return, which is first made to rise (isotonic regression) and is
    linear between its points; what no target gives is asked for by the nearest.
    """
    rising = isotonic_regression(curve["mean_return"].to_numpy()).x
    return np.interp(wanted, rising, curve["rtg"]).tolist()


def ask(
    policy: Policy,
    context: int,
    wanted: list[float],
    told: list[float],
    episodes: int,
    environment: Environment,
    seed: int,
) -> pd.DataFrame:
    """Play told `told` where `wanted` is what should be returned, and see what is.

    Columns: rtg (what is wanted), told; mean_return, low, high (95% bootstrap interval over
    episodes), sd, episode_error (root mean square of return less rtg); the share of each of
    `OUTCOMES`; episodes.
    """
    played = play_model(policy, context, np.repeat(told, episodes), environment, seed)
    generator = np.random.default_rng(seed)
    returns = played.episode_return.reshape(-1, episodes)
    low, high = zip(*(mean_interval(row, generator) for row in returns), strict=True)
    table = pd.DataFrame(
        {
            "rtg": wanted,
            "told": told,
            "mean_return": returns.mean(1),
            "low": low,
            "high": high,
            "sd": returns.std(1),
            "episode_error": np.sqrt(((returns - np.array(wanted)[:, None]) ** 2).mean(1)),
        }
    )
    row = np.repeat(np.arange(float(len(wanted))), episodes)
    ends = outcome_rates(played, row).pivot_table(
        index="rtg", columns="event", values="value", sort=False
    )
    return table.join(ends.reset_index(drop=True)).assign(episodes=episodes)
