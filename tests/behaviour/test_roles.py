import numpy as np
import pandas as pd
import pytest

from dtlens.behaviour.roles import roles, strengths
from dtlens.summaries.roles import compare_encodings, summarise

# P(forward) at the lowest and the highest reward-to-go.
FORWARD = {
    "whole": {"obstacle": (0.9, 0.0), "wall": (0.5, 0.1), "goal": (0.1, 1.0)},
    "L0H0": {"obstacle": (0.9, 0.8), "wall": (0.5, 0.2), "goal": (0.1, 1.0)},
    "L0H1": {"obstacle": (0.9, 0.2), "wall": (0.5, 0.0), "goal": (0.9, 1.0)},
}


def ablation() -> pd.DataFrame:
    rows = []
    for component, fronts in FORWARD.items():
        reference = "whole" if component == "whole" else "mean"
        for front, values in fronts.items():
            names = ["goal_from_top", "goal_from_left"] if front == "goal" else [front]
            for name in names:
                for rtg, value in zip((-1.0, 0.9), values, strict=True):
                    row = {"component": component, "reference": reference, "event": name}
                    rows.append(row | {"evidence": "bank", "rtg": rtg, "value": value})
                    rows.append(row | {"evidence": "play", "rtg": rtg, "value": 0.33})
                    if reference == "mean":
                        rows.append(
                            row | {"evidence": "bank", "rtg": rtg, "value": 7, "reference": "zero"}
                        )
    return pd.DataFrame(rows)


def test_strengths_by_hand():
    strength = strengths(ablation())
    whole = strength.loc["whole"]
    assert whole["obstacle_refusal"] == 1
    assert whole["wall_refusal"] == pytest.approx(0.9)
    assert whole["goal_refusal_from_top"] == pytest.approx(0.9)
    assert whole["rtg_switching"] == pytest.approx((0.9 + 0.9 + 0.9) / 3)
    assert strength.loc["L0H1", "rtg_switching"] == pytest.approx((0.7 + 0.1 + 0.1) / 3)


def test_roles_by_hand():
    table = roles(ablation()).set_index(["behaviour", "component"])
    obstacle = table.loc["obstacle_refusal"]
    assert obstacle["part"].to_dict() == pytest.approx({"L0H0": 0.8, "L0H1": 0.2})
    assert obstacle["share"].to_dict() == pytest.approx({"L0H0": 0.8, "L0H1": 0.2})
    assert obstacle["top"].to_dict() == {"L0H0": True, "L0H1": False}
    # A component without which walls are refused more has no share in refusing them.
    assert table.loc["wall_refusal", "share"].to_dict() == {"L0H0": 1, "L0H1": 0}


def test_a_behaviour_that_is_absent_has_no_shares():
    table = ablation()
    table.loc[(table["component"] == "whole") & (table["event"] == "obstacle"), "value"] = 0.6
    shares = roles(table).set_index("behaviour").loc["obstacle_refusal", "share"]
    assert shares.isna().all()


def seeds() -> pd.DataFrame:
    """Two seeds an encoding, one of which does not behave so in the second encoding."""
    rows = [
        ("index", 1, "L0H0", 1.0, 0.4, 0.6, True),
        ("index", 1, "L0H1", 1.0, 0.2, 0.4, False),
        ("index", 2, "L0H1", 0.8, 0.6, 0.8, True),
        ("one_hot", 1, "L0H0", 0.9, 0.9, 0.9, True),
        ("one_hot", 2, "L0H0", 0.3, 0.1, np.nan, True),
    ]
    columns = ["encoding", "seed", "component", "strength", "part", "share", "top"]
    return pd.DataFrame(rows, columns=columns).assign(behaviour="refusal")


def test_summary_of_seeds_by_hand():
    table = summarise(seeds(), np.random.default_rng(0)).set_index(["encoding", "measure"])
    shares = table.loc[("index", "share")]
    assert shares["value"] == pytest.approx(0.7)
    assert (shares["low"], shares["high"], shares["seeds"]) == (0.6, 0.8, 2)
    assert shares["components"] == "L0H0 1, L0H1 1"
    assert table.loc[("one_hot", "strength"), "seeds"] == 1


def test_encodings_are_compared_on_the_seeds_they_share():
    table = compare_encodings(seeds(), "index", "one_hot", np.random.default_rng(0))
    assert table["difference"].tolist() == pytest.approx([0.3])
    assert table["seeds"].tolist() == [1]
