import numpy as np
import pandas as pd
import pytest

from dtlens.analysis.metrics import calibration_error, obstacle_refusal, ppo_metrics


def test_ppo_is_judged_by_the_last_updates_that_hold_2000_episodes():
    curve = pd.DataFrame(
        {
            "mean_return": [-1, 0.5, 0.8, 0.9],
            "success": [0, 0.5, 0.9, 1],
            "episodes": [5000, 900, 1500, 500],
        }
    )
    metrics = ppo_metrics(curve)
    assert metrics["final_episodes"] == 2000
    assert metrics["final_return"] == pytest.approx(0.75 * 0.8 + 0.25 * 0.9)
    assert metrics["final_success"]["value"] == pytest.approx(0.75 * 0.9 + 0.25)
    curve.loc[3, "episodes"] = 499
    assert ppo_metrics(curve)["final_episodes"] == 2899


def test_calibration_error_by_hand():
    table = pd.DataFrame({"rtg": [-1.0, 0.0, 1.0], "mean_return": [-1.0, 0.3, 0.6]})
    assert calibration_error(table) == pytest.approx(np.sqrt((0.09 + 0.16) / 3))
    assert calibration_error(table, np.array([0.0])) == pytest.approx(0.3)


def test_obstacle_refusal_is_the_component_whose_loss_hurts_most():
    rows = []
    for component, bank, play in (("none", 0.01, 0), ("L0H0", 0.02, 0.1), ("L0H1", 0.6, 0.4)):
        reference = "none" if component == "none" else "mean"
        for evidence, value in (("bank", bank), ("play", play)):
            for rtg in (-1.0, 0.9):
                row = {"component": component, "reference": reference, "evidence": evidence}
                row |= {
                    "rtg": rtg,
                    "event": "obstacle",
                    "value": value if rtg > 0 else 1 - value,
                    "low": 0,
                    "high": 1,
                }
                rows.append(row)
                rows.append(row | {"reference": "zero", "component": "L0H0", "value": 1.0})
    found = obstacle_refusal(pd.DataFrame(rows))
    assert found["component"] == "L0H1"
    assert found["p_forward_whole"]["value"] == 0.01
    assert found["p_forward_ablated"]["value"] == 0.6
    assert found["collisions_ablated"]["value"] == 0.4
