"""Student's intervals, Holm's correction and variance components, by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from dtlens.base.statistics import (
    MODELS,
    Number,
    exact,
    holm,
    mean_over,
    p_outside,
    variance_components,
)


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


def test_p_of_a_bound_at_the_intervals_end_is_two_and_a_half_percent():
    over_models = mean_over(np.array([1.0, 2.0, 3.0, 5.0]), MODELS)
    within = Number(0.5, 0.4, 0.6, 100, "scenes")
    for number in (over_models, within):
        assert p_outside(number, number.high, np.inf) == pytest.approx(0.025)
        assert p_outside(number, -np.inf, number.low) == pytest.approx(0.025)
        assert p_outside(number, number.value, np.inf) == pytest.approx(0.5)


def test_p_is_that_of_the_one_sided_t_test():
    values = np.array([0.2, 0.5, 0.4, 0.9])
    expected = stats.ttest_1samp(values, 0.8, alternative="less").pvalue
    assert p_outside(mean_over(values, MODELS), 0.8, np.inf) == pytest.approx(expected)


def test_p_of_an_exact_number_is_none_or_all():
    assert p_outside(exact(1.0), 2.0, np.inf) == 0
    assert p_outside(exact(3.0), 2.0, np.inf) == 1


def test_p_without_an_interval_says_nothing():
    assert p_outside(Number(-5.0, np.nan, np.nan, 2, MODELS), 0.0, np.inf) == 1


def test_holm_by_hand():
    # Sorted .01, .02, .04 times 3, 2, 1; the second is not let below the first.
    found = holm(np.array([0.04, 0.01, 0.02]))
    np.testing.assert_allclose(found, [0.04, 0.03, 0.04])
    assert holm(np.array([0.9, 0.8])).max() == 1


def test_variance_components_by_hand():
    # Runs at 0 and 10, seeds 1 apart in each: within runs .5, between (50 * 2 - .5) / 2 ... by
    # moments: among = 2 * 2 * 25 = 100, inside = .5, size = 2.
    table = pd.DataFrame({"run": list("aabb"), "value": [-0.5, 0.5, 9.5, 10.5]})
    table["low"], table["high"] = table["value"] - 0.196, table["value"] + 0.196
    found = variance_components(table)
    assert found["within_model"] == pytest.approx(0.01, rel=1e-3)
    assert found["between_seeds"] == pytest.approx(0.49, rel=1e-3)
    assert found["between_runs"] == pytest.approx((100 - 0.5) / 2)


def test_one_seed_a_run_tells_nothing_apart():
    table = pd.DataFrame({"run": list("abc"), "value": [1.0, 2.0, 3.0]})
    found = variance_components(table.assign(low=table["value"], high=table["value"]))
    assert np.isnan(found["between_runs"])
    assert np.isnan(found["between_seeds"])
