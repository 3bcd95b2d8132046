"""What a cell does to a preference, of players whose answer one can work out."""

from functools import partial

import numpy as np
import pytest

from dtlens.analysis.interventions.occlusion import FRONT_CELL, front_share, occlusion, of_model
from dtlens.env.dynamic_obstacles import CONTENTS
from dtlens.env.minigrid import FRONT, Object
from models import random_model


@pytest.fixture
def views():
    """Two views of empty floor; an obstacle in front in the first, one at [0, 0] in both."""
    made = np.full((2, 7, 7, 3), 1, np.uint8) * np.array(CONTENTS["empty"], np.uint8)
    made[0, *FRONT] = made[:, 0, 0] = CONTENTS["obstacle"]
    return made


def answers(views):
    """F-R is -3 with an obstacle in front, less 1 with one at [0, 0]."""
    is_it = views[..., 0] == Object.BALL
    forward = -3.0 * is_it[:, *FRONT] - 1.0 * is_it[:, 0, 0]
    return np.stack([np.zeros(len(views)), np.zeros(len(views)), forward], 1)


def test_each_cell_has_its_effect(views):
    effects = occlusion(answers, views)
    expected = np.zeros((2, 49))
    expected[0, FRONT_CELL], expected[:, 0] = -3, -1
    np.testing.assert_array_equal(effects, expected)


def test_the_front_cells_share(views):
    share, low, high = front_share(occlusion(answers, views), np.random.default_rng(0))
    assert share == pytest.approx(3 / 5)  # of the sizes, over both views
    assert low <= share <= high


def test_a_models_cells_that_are_empty_do_nothing(views):
    model = random_model(layers=1, context=1)
    effects = occlusion(partial(of_model, model, rtg=0.9, time=3), views)
    does = np.abs(effects) > 0.01  # beyond rounding
    assert [np.flatnonzero(row).tolist() for row in does] == [[0, FRONT_CELL], [0]]
