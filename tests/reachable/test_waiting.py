import numpy as np
import pytest
import torch

from dtlens.minigrid import Action, Object
from dtlens.reachable.waiting import due, first_episodes, play_waiting, waiting_action
from dtlens.task.settings import Environment
from dtlens.worlds.one import World

ENVIRONMENT = Environment(id="MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=60)


def scripted(views):
    """Turns right at the wall in front, and goes on else: to the corner, if nothing moves in."""
    wall = views[:, 3, 5, 0] == Object.WALL
    return torch.stack([torch.zeros(len(views)), wall.float(), 0.5 * torch.ones(len(views))]).T


def test_what_is_due_is_the_inverse_of_what_is_paid():
    np.testing.assert_allclose(due(np.array([1.0, 0.97, 0.1]), 300), [0, 10, 300])


def test_it_turns_away_from_the_goal_and_back():
    """In front of the goal, with it on the left, and far from it; early and late."""
    front, left, far = (
        World((5, 6), 0).view(),
        World((5, 6), 1).view(),
        World().view(),
    )
    views = np.stack([front, left, far] * 2)
    early = np.repeat([True, False], 3)
    by_hand = [Action.RIGHT, Action.LEFT, -1, Action.FORWARD, Action.LEFT, -1]
    assert waiting_action(views, early).tolist() == by_hand


@pytest.fixture(scope="module")
def played():
    targets = np.linspace(0.15, 0.75, 400)
    return targets, play_waiting(scripted, targets, ENVIRONMENT, seed=1)


def test_episodes_that_reach_the_goal_end_within_a_step_of_what_is_due(played):
    targets, data = played
    reached = data.episode_return > 0
    assert reached.mean() > 0.1  # others meet something that moves on the way
    step = 0.9 / ENVIRONMENT.max_steps
    assert np.abs(data.episode_return - targets)[reached].max() <= step + 1e-6
    # It did wait: the way takes 11 steps.
    assert data.length[reached].min() > 11 and data.length[reached].max() > 40


def test_the_first_episodes_are_whole(played):
    _, data = played
    first = first_episodes(data, 3)
    steps = data.length[:3].sum()
    assert len(first.t) == steps and first.length.tolist() == data.length[:3].tolist()
    assert first.episode_return.tolist() == data.episode_return[:3].tolist()
    assert (first.terminated | first.truncated).sum() == 3
