"""Student's intervals, of means and of shares, by hand."""

import numpy as np
import pytest
from scipy.special import logit

from dtlens.base.statistics import MODELS, Number, mean_over, share_over


def test_students_interval_of_three_models():
    number = mean_over(np.array([1.0, 2.0, 3.0]), MODELS)
    # t(0.975, 2) = 4.302653, the standard error is 1 / sqrt(3).
    assert number.value == 2
    assert number.low == pytest.approx(2 - 4.302653 / np.sqrt(3), abs=1e-6)
    assert number.high == pytest.approx(2 + 4.302653 / np.sqrt(3), abs=1e-6)
    assert number.n == 3


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0]])
def test_fewer_than_three_have_no_interval(values):
    number = mean_over(np.array(values), MODELS)
    assert np.isnan(number.low)
    assert np.isnan(number.high)
    assert number.n == len(values)


def test_students_interval_covers_what_a_bootstrap_of_five_does_not():
    drawn = np.random.default_rng(1).normal(size=(4000, 5))
    covered = [(n := mean_over(row, MODELS)).low < 0 < n.high for row in drawn]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.012)


def test_shares_have_intervals_within_0_and_1():
    values = np.array([0.8, 0.95, 1.0])
    number = share_over(values, MODELS)
    assert number.value == pytest.approx(values.mean())
    assert 0 < number.low < number.value < number.high < 1
    assert mean_over(values, MODELS).high > 1
    # On the scale of logits the half width is the mean's, over p (1 - p).
    mean, half = number.value, mean_over(values, MODELS).high - number.value
    assert logit(number.high) - logit(mean) == pytest.approx(half / (mean * (1 - mean)))


def test_equal_shares_and_too_few_have_no_width():
    assert share_over(np.ones(4), MODELS)[:3] == (1, 1, 1)
    assert np.isnan(share_over(np.array([0.5, 1.0]), MODELS).low)


def test_a_difference_has_the_intervals_square_and_add():
    difference = Number(5, 1, 99, 10, "scenes").minus(Number(0, -9, 3, 10, "scenes"))
    assert difference.value == 5 and difference.low == pytest.approx(5 - 5)  # 4 and 3 make 5
    assert difference.high == pytest.approx(5 + np.hypot(94, 9))
