"""What is seen in rooms as they begin, as a model is shown it."""

import numpy as np
import torch

from dtlens.analysis.scenes.bank import one_step
from dtlens.beyond.rooms.batch import Batch, Kept, Rooms
from dtlens.beyond.rooms.views import first_views
from dtlens.env.minigrid import Object, front_object
from dtlens.env.settings import Environment

ENVIRONMENT = Environment(id="MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=9)


def test_the_agent_is_anywhere_and_the_rooms_are_those_asked_for():
    rooms = Rooms(goals=((),), obstacles=0)
    views = first_views(rooms, ENVIRONMENT, 200, seed=1)
    assert (views == first_views(rooms, ENVIRONMENT, 200, seed=1)).all()
    # From the corner where agents start, facing right, there is no wall in front.
    assert set(front_object(views)) == {Object.EMPTY, Object.WALL}
    assert not (views == Object.GOAL)[..., 0].any()


def test_a_view_is_a_window_of_one_timestep_at_its_time_or_all_at_one():
    views = first_views(Rooms(), ENVIRONMENT, 3, seed=1)
    windows = one_step(views, 0.5, np.array([4, 2, 9]))
    assert windows.time.tolist() == [[4], [2], [9]]
    assert windows.rtg.tolist() == [[0.5]] * 3 and windows.action.tolist() == [[0]] * 3
    assert (windows.observation[:, 0].numpy() == views).all()
    at_once = one_step(views, 0.5, 7)
    assert at_once.time.tolist() == [[7]] * 3 and at_once.time.dtype == torch.int64


def test_rooms_that_play_made_are_kept():
    kept = Kept(Rooms(size=6, goals=(((4, 4),),)), Batch)
    made = kept.make(ENVIRONMENT, 5, np.random.SeedSequence(1))
    assert made is kept.batch and (made.count, made.max_steps, made.rooms.size) == (5, 9, 6)
