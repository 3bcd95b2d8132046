"""From the numbers of several models to one: Student's intervals.

A percentile bootstrap of five values covers 84%, not 95%; of two 50%. Student's t is exact for
normal values at any number of them, and says by its width how little three models are.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy import stats
from scipy.special import expit, logit

MODELS = "models"  # the unit of an arm of several
LEAST = 3  # units: of fewer no interval is made
LEVEL = 0.95


class Number(NamedTuple):
    """A value with its 95% interval over `n` units: models, or what one model was asked about."""

    value: float
    low: float
    high: float
    n: int
    unit: str

    def plus(self, constant: float) -> "Number":
        return self._replace(
            value=self.value + constant, low=self.low + constant, high=self.high + constant
        )

    def minus(self, other: "Number") -> "Number":
        """The difference of two that know nothing of each other (Zou and Donner, 2008)."""
        value = self.value - other.value
        below = np.hypot(self.value - self.low, other.high - other.value)
        above = np.hypot(self.high - self.value, other.value - other.low)
        return self._replace(value=value, low=float(value - below), high=float(value + above))


def exact(value: float, count: int = 1, unit: str = "model") -> Number:
    """One that is known without error, as of the weights alone."""
    return Number(value, value, value, count, unit)


def mean_over(values: Float[np.ndarray, " unit"], unit: str) -> Number:
    """Their mean with Student's interval; no interval (NaN) for fewer than `LEAST` of them."""
    count = len(values)
    if count < LEAST:
        return Number(float(np.mean(values)) if count else np.nan, np.nan, np.nan, count, unit)
    half = stats.t.ppf((1 + LEVEL) / 2, count - 1) * stats.sem(values)
    mean = float(np.mean(values))
    return Number(mean, mean - half, mean + half, count, unit)


def share_over(values: Float[np.ndarray, " unit"], unit: str) -> Number:
    """As `mean_over`, of shares: Student's interval on the scale of logits, within 0 and 1.

    Where all are 0, or all are 1, it is that alone: say then of how many the share is.
    """
    number = mean_over(values, unit)
    mean, half = number.value, (number.high - number.low) / 2
    if not half or np.isnan(half):
        return number
    width = half / (mean * (1 - mean))
    low, high = (float(expit(logit(mean) + side * width)) for side in (-1, 1))
    return number._replace(low=low, high=high)
