import numpy as np
import pytest

from dtlens.stats import mean_interval, resampled_means, wilson


def test_wilson_interval_by_hand():
    """5 of 10: centre 1/2, half width z sqrt(1/4 / n + z^2 / 4n^2) / (1 + z^2 / n), z = 1.95996."""
    z = 1.959964
    half = z * np.sqrt(0.25 / 10 + z**2 / 400) / (1 + z**2 / 10)
    assert wilson(5, 10) == pytest.approx((0.5 - half, 0.5 + half), abs=1e-6)


def test_wilson_stays_inside_0_and_1():
    assert wilson(0, 500)[0] == pytest.approx(0, abs=1e-12)
    assert wilson(0, 500)[1] == pytest.approx(1.959964**2 / (500 + 1.959964**2), abs=1e-6)


def test_bootstrap_of_a_normal_sample_is_near_the_normal_interval():
    values = np.random.default_rng(0).normal(3, 2, 2000)
    low, high = mean_interval(values, np.random.default_rng(1))
    half = 1.96 * values.std() / np.sqrt(2000)
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.01)
    assert (low, high) == mean_interval(values, np.random.default_rng(1))


def test_a_single_value_is_its_own_interval():
    assert mean_interval(np.array([0.25]), np.random.default_rng(0)) == (0.25, 0.25)


def test_resampled_means_are_those_of_whole_samples():
    """Columns resampled together keep their relation; the spread is the mean's standard error."""
    values = np.random.default_rng(0).normal(3, 2, (2000, 1))
    means = resampled_means(np.hstack([values, 2 * values + 1]), np.random.default_rng(1))
    assert means.shape == (2000, 2)
    np.testing.assert_allclose(means[:, 1], 2 * means[:, 0] + 1)
    assert means[:, 0].mean() == pytest.approx(values.mean(), abs=0.005)
    assert means[:, 0].std() == pytest.approx(values.std() / np.sqrt(2000), rel=0.05)
