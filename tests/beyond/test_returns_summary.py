import numpy as np
import pandas as pd

from dtlens.beyond.attainable_returns.attainable import attainable
from dtlens.beyond.attainable_returns.summary import of_any_player, of_players
from dtlens.beyond.means import over_models


def test_who_returns_the_same_for_all_is_off_by_their_spread():
    best = attainable([0.2, 0.8], 300)
    agents = [pd.DataFrame({"rtg": [0.2, 0.8], "error": [0.0, 0.0], "episode_error": [0.1, 0.1]})]
    rows = {(key[0], key[-1]): values for key, values in of_players(best, agents, [0.2, 0.8])}
    assert np.allclose(rows["one return for all", "episode"], 0.3)
    assert np.allclose(rows["the delayed-goal agent", "episode"], 0.1)
    assert np.allclose(rows["any player", "mean"], 0)
    assert np.allclose(rows["any player", "episode"], 0.001)


def test_the_band_of_the_best_curve_is_the_least_spread():
    table = of_any_player(attainable([-0.5], 300))
    assert table[["value", "low", "high"]].iloc[0].tolist() == [-0.5, -1.0, 0.0]


def test_three_models_have_an_interval_and_two_have_none():
    table = over_models([(("a",), [1.0, 2.0, 3.0]), (("b",), [1.0, 2.0])], ["models"])
    assert table["value"].tolist() == [2, 1.5] and table["n"].tolist() == [3, 2]
    # Student's 97.5% quantile with 2 degrees of freedom, times 1 / sqrt(3).
    assert np.isclose(table["high"][0] - 2, 4.302653 / 3**0.5, atol=1e-5)
    assert table["low"].isna().tolist() == [False, True]
