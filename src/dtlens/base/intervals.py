"""95% intervals: Wilson's and Clopper-Pearson's of proportions, a seeded bootstrap of means."""

from functools import cache

import numpy as np
from jaxtyping import Float
from scipy import stats

RESAMPLES = 2000


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """95% interval of a proportion (Wilson, 1927)."""
    interval = stats.binomtest(successes, trials).proportion_ci(0.95, method="wilson")
    return float(interval.low), float(interval.high)


@cache
def clopper_pearson(successes: int, trials: int) -> tuple[float, float]:
    """95% interval of a proportion that holds the truth at least so often (1934): of few models."""
    interval = stats.binomtest(successes, trials).proportion_ci(0.95, method="exact")
    return float(interval.low), float(interval.high)


def mean_interval(
    values: Float[np.ndarray, " sample"], generator: np.random.Generator
) -> tuple[float, float]:
    """95% percentile-bootstrap interval of the mean; the mean itself for a single value."""
    if len(values) == 1:
        return float(values[0]), float(values[0])
    interval = stats.bootstrap(
        (values,),
        np.mean,
        n_resamples=RESAMPLES,
        method="percentile",
        rng=generator,
    ).confidence_interval
    return float(interval.low), float(interval.high)


def resampling_weights(
    samples: int, generator: np.random.Generator
) -> Float[np.ndarray, "resample sample"]:
    """How often each sample is drawn in each resample: one product with it resamples many means."""
    drawn = generator.integers(samples, size=(RESAMPLES, samples))
    drawn += samples * np.arange(RESAMPLES)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=drawn.size)
    return counts.reshape(drawn.shape).astype(float)


def mean_intervals(
    values: Float[np.ndarray, "sample quantity"], generator: np.random.Generator
) -> tuple[Float[np.ndarray, " quantity"], Float[np.ndarray, " quantity"]]:
    """As `mean_interval`, of many quantities of the same samples, which are drawn together."""
    means = resampling_weights(len(values), generator) @ values / len(values)
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    return low, high


def ratio_interval(
    numerator: Float[np.ndarray, "sample quantity"],
    denominator: Float[np.ndarray, "sample #quantity"],
    generator: np.random.Generator,
) -> tuple[Float[np.ndarray, " quantity"], Float[np.ndarray, " quantity"]]:
    """95% percentile-bootstrap interval of each ratio of two means over the same samples.

    Not finite where a denominator is 0.
    """
    weights = resampling_weights(len(numerator), generator)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = (weights @ numerator) / (weights @ denominator)
        low, high = np.quantile(ratios, [0.025, 0.975], axis=0)
    return low, high


def rmse_interval(
    error: Float[np.ndarray, " point"],
    standard_error: Float[np.ndarray, " point"],
    generator: np.random.Generator,
) -> tuple[float, float]:
    """95% interval of the root mean square of errors that are each known to a standard error.

    A parametric bootstrap: every error is drawn from its normal distribution.
    """
    drawn = generator.normal(error, standard_error, (RESAMPLES, len(error)))
    low, high = np.quantile(np.sqrt((drawn**2).mean(1)), [0.025, 0.975])
    return float(low), float(high)
