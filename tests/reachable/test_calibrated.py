import numpy as np
import pandas as pd
import torch

from dtlens.reachable.calibrated import ask, invert, per_target
from dtlens.reachable.settings import Reachable
from dtlens.task.settings import Environment

ENVIRONMENT = Environment(id="MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=20)


def test_errors_by_hand():
    """Asked for 0.51 and 0.49, which are 0.5, two episodes return 0.01 more and 0.03 less."""
    table = per_target(np.array([0.51, 0.49, 0.2]), np.array([0.52, 0.46, 0.2]), seed=1)
    assert table["rtg"].tolist() == [0.2, 0.5]
    np.testing.assert_allclose(table["error"], [0, -0.01], atol=1e-12)
    np.testing.assert_allclose(table["sd"], [0, 0.02], atol=1e-12)
    np.testing.assert_allclose(table["episode_error"], [0, np.sqrt(5e-4)], atol=1e-12)
    assert table["episodes"].tolist() == [1, 2]


def test_a_curve_is_inverted_where_it_rises_and_smoothed_where_it_falls():
    """0.3 then 0.1 become 0.2 twice; what is above all is asked for by the highest."""
    curve = pd.DataFrame({"rtg": [0.0, 0.2, 0.4, 0.6], "mean_return": [0.0, 0.3, 0.1, 0.8]})
    np.testing.assert_allclose(invert(curve, [0.1, 0.5, 0.8, 2.0]), [0.1, 0.5, 0.6, 0.6])


def test_what_is_told_is_played_and_set_against_what_is_wanted():
    """A model that walks on if told less than 0, into the wall, and turns else."""

    def policy(windows):
        forward = windows.rtg < 0
        return torch.stack([~forward, torch.zeros_like(forward), forward], -1).float()

    table = ask(policy, 1, [0.5, 0.6], [-1.0, 1.0], 30, ENVIRONMENT, seed=1)
    assert table["mean_return"].tolist() == [-1, 0]
    np.testing.assert_allclose(table["episode_error"], [1.5, 0.6])
    assert table["time_out"].tolist() == [0, 1]
    assert table["told"].tolist() == [-1, 1]


def test_targets_are_those_of_the_range_and_of_the_window():
    wide, window = {"low": -2, "high": 2, "step": 1}, {"low": 0.5, "high": 1}
    settings = Reachable(seed=1, wide=wide, window=window, step=0.25, episodes=2)
    assert settings.targets == [0.5, 0.75, 1]
    assert settings.everywhere == [-2, -1, 0, 0.5, 0.75, 1, 2]
