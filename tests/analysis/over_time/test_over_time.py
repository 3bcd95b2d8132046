import numpy as np
import pandas as pd
import pytest

from dtlens.analysis.behaviour.avoidance import bank_probabilities
from dtlens.analysis.behaviour.roles import roles
from dtlens.analysis.behaviour.tables import ablation_tables
from dtlens.analysis.over_time.measure import measure, moments, top_share
from dtlens.play.settings import Calibration, RtgRange


def test_moments_are_ever_further_apart_and_reach_the_end():
    assert moments(60, 10) == [1, 2, 4, 6, 10, 15, 24, 38, 60]
    assert moments(3, 10) == [1, 2, 3]


def test_a_model_is_measured_as_by_the_analyses(model, scenes, settings, environment):
    calibration = Calibration(seed=1, rtg=RtgRange(low=-1.0, high=0.9, step=1.9))
    seen = ({rtg: scenes.windows(rtg) for rtg in settings.rtg}, scenes.fronts)
    table = measure(model, *seen, settings, calibration, 20, environment)
    values = table.set_index(["measure", "of"])["value"]

    bank = bank_probabilities(model, *seen, 1).set_index(["event", "rtg"])["value"]
    strength = values["strength"].to_dict()
    assert strength == pytest.approx(
        {
            "obstacle_refusal": 1 - bank["obstacle", 0.9],
            "goal_refusal_from_top": 1 - bank["goal_from_top", -1],
            "goal_refusal_from_left": 1 - bank["goal_from_left", -1],
        }
    )
    found = roles(ablation_tables(model, *seen, settings, environment)[1]).groupby("behaviour")
    shares = {name: top_share(found.get_group(name)) for name in strength}
    assert values["top_share"].to_dict() == pytest.approx(shares, nan_ok=True)

    returns = values["return"]
    errors = [(returns[rtg] - float(rtg)) ** 2 for rtg in ("-1", "0.9")]
    assert values["error", "all target RTGs"] == pytest.approx((sum(errors) / 2) ** 0.5)


def test_top_share_by_hand():
    """The first is chosen, by the choosing half: it has 0.2 of 0.2 + 0.3 + 0.1 in the other."""
    found = pd.DataFrame(
        {"choosing": [0.5, 0.4, 0.1, -0.2], "testing": [0.2, 0.3, 0.1, -0.2]},
        index=["L0H0", "L0H1", "L0MLP", "other"],
    )
    assert top_share(found) == pytest.approx(0.2 / 0.6)
    assert np.isnan(top_share(found.assign(testing=[0.1, 0.1, 0.0, 0.0])))
    assert np.isnan(top_share(found.iloc[:0]))
