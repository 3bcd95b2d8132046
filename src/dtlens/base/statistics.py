"""From the numbers of several models to one: Student's intervals, and Holm's correction.

A percentile bootstrap of five values covers 84%, not 95%; of two 50%. Student's t is exact for
normal values at any number of them, and says by its width how little three models are.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float
from scipy import stats

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

    def less(self, constant: float) -> "Number":
        return self._replace(
            value=self.value - constant, low=self.low - constant, high=self.high - constant
        )


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


def p_outside(number: Number, above: float, below: float) -> float:
    """One-sided p of a value this far outside the bounds, if the truth were on the nearer one.

    Over models Student's with n - 1 degrees of freedom, within one model the normal's: the
    standard error is that of the interval. 1 without an interval.
    """
    if np.isnan(number.low):
        return 1.0
    freedom = number.n - 1 if number.unit == MODELS else np.inf
    half = (number.high - number.low) / 2
    distance = max(above - number.value, number.value - below)
    if half == 0:
        return float(distance <= 0)
    return float(stats.t.sf(distance / half * stats.t.ppf((1 + LEVEL) / 2, freedom), freedom))


def holm(p: Float[np.ndarray, " statement"]) -> Float[np.ndarray, " statement"]:
    """p-values of a family, corrected for how many they are (Holm, 1979)."""
    order = np.argsort(p)
    steps = p[order] * np.arange(len(p), 0, -1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.maximum.accumulate(steps).clip(max=1)
    return adjusted


def variance_components(values: pd.DataFrame) -> dict[str, float]:
    """Variance between runs of the agent, between seeds within a run, and within a model.

    `values` has the columns run, value, low, high: a row a model. One-way random effects by
    moments (Searle et al., 1992), none below 0; NaN where no run has two seeds or there is one run.
    """
    within = float((((values["high"] - values["low"]) / 2 / stats.norm.ppf(0.975)) ** 2).mean())
    groups = [group.to_numpy() for _, group in values.groupby("run")["value"]]
    count, runs = len(values), len(groups)
    if runs < 2 or count == runs:
        return {"between_runs": np.nan, "between_seeds": np.nan, "within_model": within}
    inside = sum(((group - group.mean()) ** 2).sum() for group in groups) / (count - runs)
    mean = values["value"].mean()
    among = sum(len(group) * (group.mean() - mean) ** 2 for group in groups) / (runs - 1)
    size = (count - sum(len(group) ** 2 for group in groups) / count) / (runs - 1)
    return {
        "between_runs": max(0.0, (among - inside) / size),
        "between_seeds": max(0.0, float(inside) - within),
        "within_model": within,
    }
