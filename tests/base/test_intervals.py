import numpy as np
import pytest

from dtlens.base.intervals import (
    clopper_pearson,
    mean_interval,
    mean_intervals,
    ratio_interval,
    wilson,
)


def test_wilson_interval_by_hand():
    """5 of 10: centre 1/2, half width z sqrt(1/4 / n + z^2 / 4n^2) / (1 + z^2 / n), z = 1.95996."""
    z = 1.959964
    half = z * np.sqrt(0.25 / 10 + z**2 / 400) / (1 + z**2 / 10)
    assert wilson(5, 10) == pytest.approx((0.5 - half, 0.5 + half), abs=1e-6)


def test_wilson_stays_inside_0_and_1():
    assert wilson(0, 500)[0] == pytest.approx(0, abs=1e-12)
    assert wilson(0, 500)[1] == pytest.approx(1.959964**2 / (500 + 1.959964**2), abs=1e-6)


def test_clopper_and_pearsons_interval_by_hand():
    """Of 0 of n the upper end leaves 2.5% for no success at all: (1 - high)^n = 0.025."""
    assert clopper_pearson(0, 12) == pytest.approx((0, 1 - 0.025 ** (1 / 12)))
    low, high = clopper_pearson(10, 12)
    assert low > 0.5 > clopper_pearson(9, 12)[0]
    assert clopper_pearson(2, 12) == pytest.approx((1 - high, 1 - low))


def test_bootstrap_of_a_normal_sample_is_near_the_normal_interval():
    values = np.random.default_rng(0).normal(3, 2, 2000)
    low, high = mean_interval(values, np.random.default_rng(1))
    half = 1.96 * values.std() / np.sqrt(2000)
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.01)
    assert (low, high) == mean_interval(values, np.random.default_rng(1))


def test_a_single_value_is_its_own_interval():
    assert mean_interval(np.array([0.25]), np.random.default_rng(0)) == (0.25, 0.25)


def test_intervals_of_many_quantities_are_those_of_each():
    """Means and ratios of 400 normal numbers: 1.96 standard errors either side."""
    rng = np.random.default_rng(3)
    values = rng.normal([1.0, 5.0], [1.0, 3.0], (400, 2))
    low, high = mean_intervals(values, rng)
    half = 1.96 * values.std(0) / 20
    np.testing.assert_allclose(low, values.mean(0) - half, atol=0.02 * values.std(0).max())
    np.testing.assert_allclose(high, values.mean(0) + half, atol=0.02 * values.std(0).max())
    ones = np.ones((400, 1))
    np.testing.assert_allclose(
        ratio_interval(values, 2 * ones, np.random.default_rng(4)),
        np.divide(mean_intervals(values, np.random.default_rng(4)), 2),
    )
    low, high = ratio_interval(3 * values, values, rng)
    np.testing.assert_allclose([low, high], 3)


def test_ratio_interval_holds_columns_together():
    """A column that is twice the denominator has no uncertainty; means come with ones."""
    values = np.random.default_rng(0).normal(3, 1, 400)
    columns = np.stack([2 * values, np.ones(400)], axis=1)
    low, high = ratio_interval(columns, values[:, None], np.random.default_rng(0))
    np.testing.assert_allclose([low[0], high[0]], 2)
    assert low[1] < 1 / values.mean() < high[1]
    low, high = ratio_interval(columns, np.ones((400, 1)), np.random.default_rng(0))
    assert high[0] - low[0] == pytest.approx(2 * 1.96 * 2 / 20, rel=0.15)
