import numpy as np
import pandas as pd
import pytest

from dtlens.summaries.metrics import grid_metrics, nest, ppo_metrics, refusal
from dtlens.summaries.seeds import over_seeds


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


def test_a_refusal_is_the_component_whose_loss_hurts_most():
    rows = []
    for component, bank, play in (("whole", 0.01, 0), ("L0H0", 0.02, 0.1), ("L0H1", 0.6, 0.4)):
        reference = "whole" if component == "whole" else "mean"
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
    assert refusal(pd.DataFrame(rows), "obstacle_refusal") == {
        "obstacle_refusal/p_forward_whole": 0.01,
        "obstacle_refusal/p_forward_ablated": 0.6,
        "obstacle_refusal/collisions_whole": 0,
        "obstacle_refusal/collisions_ablated": 0.4,
    }


def test_numbers_of_several_seeds_become_means_with_intervals():
    models = pd.DataFrame({"encoding": "a", "error": [1.0, 3.0], "return/rtg 0": 4.0})
    names = ["error", "return/rtg 0"]
    assert nest(over_seeds(models, ["encoding"], names, np.random.default_rng(0))) == {
        "a": {
            "seeds": 2,
            "error": {"value": 2, "low": 1, "high": 3},
            "return": {"rtg 0": {"value": 4, "low": 4, "high": 4}},
        }
    }


def test_good_agents_and_good_simulators_are_counted():
    grid = pd.DataFrame({"return_at_0.9": [0.95, 0.94, 0.5], "error_on_data": [0.05, 0.3, 0.05]})
    assert grid_metrics(grid, 0.9) == {"cells": 3, "agents": 2, "simulators": 1}
