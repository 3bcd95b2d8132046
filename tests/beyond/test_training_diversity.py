"""Rooms of training that differ more, and what is asked of models that learned from them."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from dtlens.agents.settings import Ppo
from dtlens.base.settings import load
from dtlens.beyond.rooms.kinds import DOSES, FOUR, OFF_WALLS, TESTS, walls_beside
from dtlens.beyond.training_diversity.settings import TrainingDiversity
from dtlens.beyond.training_diversity.summary import summarise, welch
from dtlens.beyond.training_diversity.train import SOLVED, learn


def test_the_four_places_are_of_every_kind():
    assert sorted(map(walls_beside, FOUR)) == [0, 0, 1, 2]
    assert len(OFF_WALLS) == 16
    assert {name: len(rooms.goals) for name, rooms in DOSES.items()} == {
        **{"ours": 1, "four": 4, "anywhere": 35, "coloured": 1, "anywhere_coloured": 35},
    }


def test_what_is_asked_was_not_in_training_of_a_smaller_dose():
    asked = {cell for goals in TESTS["both"].goals for cell in goals}
    assert len(asked) == 14
    assert not asked & set(FOUR)
    assert not set(TESTS["both"].colours) & set(DOSES["anywhere_coloured"].colours)


def test_the_first_dose_is_of_models_that_are_there():
    settings = TrainingDiversity(
        model=["1L-128d-2h-1k"],
        encoding=["index"],
        recipe=["four", "anywhere"],
        run=["r1", "r2"],
        optimisation=["ours"],
        seed=["s1"],
        predictions=10,
        play_seed=1,
        rtg=0.9,
        episodes=2,
        scenes=2,
    )
    names = {dose: [cell.name for cell in cells] for dose, cells in settings.doses.items()}
    shape = "1L-128d-2h-1k-index"
    assert names["ours"] == [f"{shape}-ours-r{run}-ours-s1" for run in (1, 2)]
    assert names["anywhere"] == [f"{shape}-anywhere-r{run}-ours-s1" for run in (1, 2)]


def test_welchs_interval_is_the_textbooks():
    one, other = np.array([1.0, 2.0, 4.0]), np.array([0.0, 0.5, 0.7])
    difference, low, high = welch(one, other)
    a, b = one.var(ddof=1) / 3, other.var(ddof=1) / 3
    freedom = (a + b) ** 2 / (a**2 / 2 + b**2 / 2)
    half = stats.t.ppf(0.975, freedom) * np.sqrt(a + b)
    assert (low, high) == pytest.approx((difference - half, difference + half))
    assert welch(np.ones(3), np.zeros(3)) == (1, 1, 1)


def test_a_dose_is_set_against_the_first():
    key = {"player": "model", "kind": "trained", "event": "goal"}
    doses = {"ours": [0.0, 0.0, 0.0], "four": [0.5, 0.6, 0.7]}
    rows = [
        key | {"dose": dose, "value": value} for dose, values in doses.items() for value in values
    ]
    found = summarise(pd.DataFrame(rows))
    assert found["more"].tolist() == pytest.approx([0, 0.6])
    assert found["places"].tolist() == [1, 4]


def test_an_agent_that_never_solves_its_rooms_learns_twice_as_long(environment):
    small = {"total_steps": 256, "environments": 4, "rollout_steps": 16, "minibatches": 2}
    ppo = load("ppo.ours", Ppo).model_copy(update=small | {"hidden": 8, "checkpoints": 2})
    past, snapshots = learn(ppo, environment, 1, DOSES["four"].make)
    assert max(snapshots.success) < SOLVED
    assert snapshots.updates[-1] == 2 * 256 // (4 * 16) - 1  # counted from 0
    begun = len(past.t) - 2 * 256  # a step that only begins an episode is none
    assert -100 < begun <= 0
