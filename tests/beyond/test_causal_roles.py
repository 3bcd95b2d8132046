"""A model's parts in front of a goal, of a model whose parts one knows."""

import numpy as np
import pandas as pd
import pytest
import torch

from dtlens.beyond.out_of_distribution.causal_roles import (
    FACED,
    choices,
    faced,
    groups,
    parts,
)
from dtlens.beyond.out_of_distribution.settings import OutOfDistribution
from dtlens.beyond.out_of_distribution.summary import summarise
from dtlens.env.minigrid import Object, front_object
from models import micro_model, random_model

SETTINGS = OutOfDistribution(seed=1, rtg=0.9, episodes=4, ablation_episodes=2, scenes=2000)
TIMES = range(10, 20)


def test_a_goal_is_in_front_and_where_it_should_be(environment):
    for kind, cells in FACED.items():
        views = faced(cells, TIMES, SETTINGS, environment).observation[:, 0].numpy()
        assert len(views) > 10
        assert (front_object(views) == Object.GOAL).all()
        behind = views[:, 3, 4, 0] == Object.WALL  # the cell beyond the goal
        beside = (views[:, [2, 4], 5, 0] == Object.WALL).any(1)
        walls = behind.astype(int) + beside
        expected = {"goal off the walls": [0], "goal at a wall": [1]}.get(kind, [1, 2])
        assert set(walls.tolist()) <= {*expected, 1}
        assert kind != "goal off the walls" or not walls.any()


def test_parts_of_a_model_that_one_knows(environment):
    """Half the rtg through the heads, three times this through the MLP."""
    windows = faced(FACED["goal at a wall"], TIMES, SETTINGS, environment)
    assert set(windows.time[:, 0].tolist()) == set(TIMES)
    found = parts(micro_model(), windows)
    assert found["heads"].mean() == pytest.approx(0.45, abs=1e-5)
    assert found["MLP"].mean() == pytest.approx(1.35, abs=1e-5)
    assert found["state token"].abs().max() < 1e-5


def test_parts_sum_to_the_whole(environment):
    windows = faced(FACED["goal off the walls"], TIMES, SETTINGS, environment)
    model = random_model(layers=2, context=1)
    found = parts(model, windows)
    whole = model(windows)[:, -1]
    torch.testing.assert_close(found["F-R"], whole[:, 2] - whole[:, 1], rtol=1e-4, atol=1e-4)
    total = sum(found[name] for name in ("state token", "heads", "MLP"))
    torch.testing.assert_close(total, found["F-R"], rtol=1e-4, atol=1e-4)
    assert groups(model.cell)["heads and MLP"] == [
        *("L0H0", "L0H1", "L1H0", "L1H1"),
        *("L0MLP", "L1MLP"),
    ]


def test_choices_are_means_with_intervals(environment):
    table = choices(random_model(layers=1, context=1), TIMES, SETTINGS, environment)
    assert set(table["kind"]) == set(FACED)
    assert ((table["low"] <= table["value"]) & (table["value"] <= table["high"])).all()


def test_a_summary_is_the_mean_over_players_beside_chance():
    key = {"evidence": "play", "kind": "trained", "ablated": "none", "event": "goal"}
    players = pd.DataFrame([key | {"arm": "index", "value": value} for value in (0.0, 0.5, 1.0)])
    chance = pd.DataFrame([key | {"value": 0.1}])
    (row,) = summarise(players, chance).to_dict("records")
    half = 4.302653 * 0.5 / np.sqrt(3)  # Student's t of two degrees of freedom
    assert (row["value"], row["chance"], row["n"]) == (0.5, 0.1, 3)
    assert row["low"] == pytest.approx(0.5 - half, abs=1e-5)
