import dataclasses

import numpy as np
import pytest

from dtlens.env.card import card
from dtlens.env.minigrid import FRONT, Object
from dtlens.env.trajectories import Trajectories

MAX_STEPS = 10


@pytest.fixture
def data():
    """Turn, then into the goal; into an obstacle; ten turns and a time-out."""
    views = np.ones((3, 7, 7, 3), np.uint8) * np.array([Object.EMPTY, 0, 0], np.uint8)
    views[1, *FRONT, 0], views[2, *FRONT, 0] = Object.GOAL, Object.BALL
    length = np.array([2, 1, 10])
    end = np.cumsum(length) - 1
    reward, terminated, truncated = np.zeros(13, np.float32), np.zeros(13, bool), np.zeros(13, bool)
    reward[end[0]], reward[end[1]] = 1 - 0.9 * 2 / MAX_STEPS, -1
    terminated[end[:2]], truncated[end[2]] = True, True
    return Trajectories(
        views=views,
        view=np.array([0, 1, 2, *[0] * 10], np.int32),
        action=np.array([0, 2, 2, *[1] * 10], np.uint8),
        reward=reward,
        terminated=terminated,
        truncated=truncated,
        rtg=reward,
        policy=np.zeros(13, np.int16),
        t=np.array([0, 1, 0, *range(10)], np.int16),
        start=end - length + 1,
        length=length,
    )


def test_all_holds_where_it_should(data):
    table = card(data, MAX_STEPS)
    assert (table["measured"] == 1).all()
    assert table.set_index("expected")["n"]["ends the episode with -1"] == 1
    assert table.set_index("expected")["n"]["goes on without a reward"] == 11


def test_what_does_not_hold_is_counted(data):
    reward = data.reward.copy()
    reward[1], reward[5] = 0.5, 0.1
    views = data.views.copy()
    views[2, 0, 0] = [4, 0, 1]  # a door, ajar
    changed = dataclasses.replace(data, reward=reward, views=views)
    table = card(changed, MAX_STEPS)
    broken = table[table["measured"] < 1].set_index("expected")["measured"]
    assert broken.to_dict() == pytest.approx(
        {
            "its objects are empty, wall, obstacle and goal, or unseen": 12 / 13,
            "the state channel is 0": 12 / 13,
            "ends the episode with 1 - 0.9 t / max_steps after t steps": 0,
            "goes on without a reward": 10 / 11,
        }
    )
