import numpy as np
import pandas as pd
import torch

from dtlens.beyond.attainable_returns.returns import errors, invert, per_target, returns_at
from dtlens.beyond.attainable_returns.settings import AttainableReturns
from dtlens.env.settings import Environment
from models import random_model

ENVIRONMENT = Environment(id="MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=20)
SETTINGS = AttainableReturns(
    seed=1,
    wide={"low": -2, "high": 2, "step": 1},
    window={"low": 0.5, "high": 1},
    step=0.25,
    episodes=2,
)


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

    def told(windows, last):
        forward = windows.rtg < 0
        return torch.stack([~forward, torch.zeros_like(forward), forward], -1).float()

    model = random_model(1, 1)
    model.forward = told
    settings = SETTINGS.model_copy(update={"episodes": 30})
    table = returns_at(model, [0.5, 0.6], settings, ENVIRONMENT, target_rtgs=[-1.0, 1.0])
    assert table["mean_return"].tolist() == [-1, 0]
    np.testing.assert_allclose(table["episode_error"], [1.5, 0.6])
    assert table["time_out"].tolist() == [0, 1]
    assert table["told"].tolist() == [-1, 1]


def test_targets_are_those_of_the_range_and_of_the_window():
    assert SETTINGS.targets == [0.5, 0.75, 1]
    assert SETTINGS.everywhere == [-2, -1, 0, 0.5, 0.75, 1, 2]


def test_errors_over_targets_by_hand():
    """Mean returns 0.3 above and 0.4 below; episodes 0.5 off each. What is not asked for has no
    say."""
    asked = pd.DataFrame(
        {
            "name": "a",
            "way": ["as_told"] * 3 + ["re_asked"] * 2,
            "rtg": [0.2, 0.9, 3.0, 0.2, 0.9],
            "mean_return": [0.5, 0.5, -1.0, 0.2, 0.9],
            "episode_error": [0.5, 0.5, 9.0, 0.1, 0.1],
        }
    )
    found = errors(asked, [], [0.2, 0.9]).set_index(["way", "error"])["value"]
    assert np.isclose(found["as_told", "mean"], np.sqrt((0.3**2 + 0.4**2) / 2))
    assert np.isclose(found["as_told", "episode"], 0.5)
    assert np.isclose(found["re_asked", "mean"], 0)
