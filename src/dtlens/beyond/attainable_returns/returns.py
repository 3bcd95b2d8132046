"""How near episodes come to their target, and at which target a model comes nearer."""

from functools import partial

import numpy as np
import pandas as pd
from jaxtyping import Float
from scipy.optimize import isotonic_regression

from dtlens.base.intervals import mean_interval
from dtlens.beyond.attainable_returns.settings import AttainableReturns
from dtlens.env.settings import Environment
from dtlens.model.transformer import DecisionTransformer
from dtlens.play.calibration import by_target
from dtlens.play.calibration_error import calibration_error
from dtlens.play.rollouts import play_model

BIN = 0.05  # of targets that are drawn, not chosen


def per_target(
    target_rtg: Float[np.ndarray, " episode"], returns: Float[np.ndarray, " episode"], seed: int
) -> pd.DataFrame:
    """A row for each target, rounded to `BIN`: how far episodes are from it.

    Columns: rtg; error, low, high (mean of return less target, 95% bootstrap interval over
    episodes), sd (of return less target), episode_error (its root mean square), episodes.
    """
    generator = np.random.default_rng(seed)
    binned = (np.round(target_rtg / BIN) * BIN).round(6)
    rows = []
    for rtg in np.unique(binned):
        error = (returns - target_rtg)[binned == rtg].astype(float)
        spread = (error.std(), np.sqrt((error**2).mean()), len(error))
        rows.append((rtg, error.mean(), *mean_interval(error, generator), *spread))
    columns = ["rtg", "error", "low", "high", "sd", "episode_error", "episodes"]
    return pd.DataFrame(rows, columns=columns)


def invert(curve: pd.DataFrame, returns: list[float]) -> list[float]:
    """The target returns at which a model has these returns: the inverse of its calibration.

    `curve` has rtg and mean_return, which is first made to rise (isotonic regression) and is
    linear between its points; a return that no target gives is that of the nearest one.
    """
    rising = isotonic_regression(curve["mean_return"].to_numpy()).x
    return np.interp(returns, rising, curve["rtg"]).tolist()


def returns_at(
    model: DecisionTransformer,
    targets: list[float],
    settings: AttainableReturns,
    environment: Environment,
    target_rtgs: list[float] | None = None,
) -> pd.DataFrame:
    """How near a model comes to each target, played at that or at another target return.

    Columns: those of `by_target` (rtg being the target), after rtg told, and after sd episode_error
    (root mean square of return less rtg).
    """
    target_rtgs, seed = target_rtgs or targets, model.cell.own_seed(settings.seed)
    target_rtg = np.repeat(target_rtgs, settings.episodes)
    policy = partial(model, last=True)
    played = play_model(policy, model.cell.context, target_rtg, environment, seed)
    table = by_target(played, targets, seed)
    off = played.episode_return.reshape(len(targets), -1) - np.array(targets)[:, None]
    table.insert(1, "told", target_rtgs)
    table.insert(list(table).index("sd") + 1, "episode_error", np.sqrt((off**2).mean(1)))
    return table


def inside(returns: pd.DataFrame, targets: list[float]) -> pd.DataFrame:
    """Those at these targets."""
    return returns[returns["rtg"].round(6).isin(targets)]


def errors(returns: pd.DataFrame, labels: list[str], targets: list[float]) -> pd.DataFrame:
    """How far returns are from these targets, of each model and way of asking.

    Columns: the labels, name (the model's), way, error and value: root mean squares over the
    targets, of the mean return less the target ("mean") and of episodes' ("episode").
    """
    keys, rows = [*labels, "name", "way"], []
    for key, own in inside(returns, targets).groupby(keys, sort=False):
        rows.append((*key, "mean", calibration_error(own)))
        rows.append((*key, "episode", float(np.sqrt((own["episode_error"] ** 2).mean()))))
    return pd.DataFrame(rows, columns=[*keys, "error", "value"])
