import numpy as np
import pandas as pd

from dtlens.reachable.attainable import attainable
from dtlens.reachable.over_models import over_models
from dtlens.reachable.summary import errors, of_any_player, of_players


def test_errors_by_hand():
    """Mean returns 0.3 above and 0.4 below; episodes 0.5 off each. What is not asked for has no
    say."""
    asked = pd.DataFrame(
        {
            "way": ["as_told"] * 3 + ["re_asked"] * 2,
            "rtg": [0.2, 0.9, 3.0, 0.2, 0.9],
            "mean_return": [0.5, 0.5, -1.0, 0.2, 0.9],
            "episode_error": [0.5, 0.5, 9.0, 0.1, 0.1],
        }
    )
    found = errors(asked, "as_told", [0.2, 0.9])
    assert np.isclose(found["mean"], np.sqrt((0.3**2 + 0.4**2) / 2))
    assert np.isclose(found["episode"], 0.5)
    assert np.isclose(errors(asked, "re_asked", [0.2, 0.9])["mean"], 0)


def test_who_returns_the_same_for_all_is_off_by_their_spread():
    best = attainable([0.2, 0.8], 300)
    agents = [pd.DataFrame({"rtg": [0.2, 0.8], "error": [0.0, 0.0], "episode_error": [0.1, 0.1]})]
    rows = {(key[0], key[-1]): values for key, values in of_players(best, agents, [0.2, 0.8])}
    assert np.allclose(rows["one return for all", "episode"], 0.3)
    assert np.allclose(rows["the agent that waits", "episode"], 0.1)
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
