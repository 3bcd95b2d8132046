"""95% intervals: Wilson's for proportions, a seeded bootstrap for means."""

import numpy as np
from jaxtyping import Float
from scipy import stats

RESAMPLES = 2000


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """95% interval of a proportion (Wilson, 1927)."""
    interval = stats.binomtest(successes, trials).proportion_ci(0.95, method="wilson")
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


def resampled_means(
    values: Float[np.ndarray, "sample quantity"], generator: np.random.Generator
) -> Float[np.ndarray, "resample quantity"]:
    """Each quantity's mean in each of 2,000 bootstrap resamples of the samples.

    For what is a function of several means: a ratio, a correlation, the crossing of a curve.
    """
    count = len(values)
    drawn = generator.multinomial(count, np.full(count, 1 / count), RESAMPLES)
    return drawn @ values / count


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
