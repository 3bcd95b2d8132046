import pandas as pd
import pytest

from dtlens.behaviour.ablation import ablate
from dtlens.behaviour.refusals import behaviours
from dtlens.behaviour.roles import roles
from dtlens.lens.hooked_model import HookedDecisionTransformer
from dtlens.over_time.measure import measure, moments
from dtlens.play.settings import Calibration, RtgRange


def test_moments_are_ever_further_apart_and_reach_the_end():
    assert moments(60, 10) == [1, 2, 4, 6, 10, 15, 24, 38, 60]
    assert moments(3, 10) == [1, 2, 3]


def test_a_model_is_measured_as_by_the_analyses(model, scenes, settings, environment):
    calibration = Calibration(seed=1, rtg=RtgRange(low=-1.0, high=0.9, step=1.9))
    seen = ({rtg: scenes.windows(rtg) for rtg in settings.rtg}, scenes.fronts)
    table = measure(model, *seen, settings, calibration, 20, environment)
    whole = behaviours(model, 1, *seen, settings, environment)
    hooked = HookedDecisionTransformer(model)
    expected = roles(ablate(hooked, whole, *seen, settings, environment))
    values = table.set_index(["measure", "of"])["value"]
    for _, top in expected[expected["top"]].iterrows():
        behaviour = top["behaviour"]
        assert values["strength", behaviour] == pytest.approx(top["strength"], abs=1e-5)
        assert values["part", behaviour] == pytest.approx(top["part"], abs=1e-5)
        both_absent = pd.isna(top["share"]) and pd.isna(values["localisation", behaviour])
        assert both_absent or values["localisation", behaviour] == pytest.approx(top["share"])
    returns = values["return"]
    errors = [(returns[rtg] - float(rtg)) ** 2 for rtg in ("-1", "0.9")]
    assert values["error", "all requests"] == pytest.approx((sum(errors) / 2) ** 0.5)
