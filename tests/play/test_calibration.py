import numpy as np
import pandas as pd
import torch

from dtlens.env.dynamic_obstacles import Outcome
from dtlens.env.episodes import Episodes
from dtlens.env.settings import Environment
from dtlens.play.calibration import calibrate
from dtlens.play.outcomes import outcome_rates
from dtlens.play.settings import Calibration

ENVIRONMENT = Environment(id="MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=20)
SETTINGS = Calibration(seed=1, rtg={"low": -1, "high": 1, "step": 1})


def walks_on_below_zero(windows):
    """Forward for a negative reward-to-go, left otherwise."""
    forward = windows.rtg < 0
    return torch.stack([~forward, torch.zeros_like(forward), forward], -1).float()


def test_every_target_is_played_to_the_end_and_split_by_outcome():
    table = calibrate(walks_on_below_zero, 1, SETTINGS, 60, ENVIRONMENT)
    assert table["rtg"].tolist() == [-1, 0, 1]
    assert table["episodes"].tolist() == [60] * 3
    assert table["mean_return"].tolist() == [-1, 0, 0]
    assert table["time_out"].tolist() == [0, 1, 1]
    assert (table["mean_length"].iloc[1:] == 20).all()
    assert np.isclose(table["obstacle"][0] + table["wall"][0], 1) and table["wall"][0] > 0
    assert (table["low"] <= table["mean_return"]).all()


def test_rates_by_hand():
    """At -1: two obstacles and a goal; at 1: a time-out."""
    outcome = np.uint8([Outcome.OBSTACLE, Outcome.TIME_OUT, Outcome.OBSTACLE, Outcome.GOAL])
    episodes = Episodes(outcome, np.zeros(4), np.ones(4, np.int64))
    table = outcome_rates(episodes, np.array([-1.0, 1.0, -1.0, -1.0]))
    rates = table.pivot_table(index="rtg", columns="event", values="value", sort=False)
    expected = [[1 / 3, 2 / 3, 0, 0], [0, 0, 0, 1]]
    np.testing.assert_allclose(rates[["goal", "obstacle", "wall", "time_out"]], expected)
    assert table.groupby("rtg")["n"].first().tolist() == [3, 1]
    assert isinstance(table, pd.DataFrame)
