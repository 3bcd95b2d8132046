import numpy as np
import pytest
import torch

from dtlens.beyond.attainable_returns.agents import (
    LEFT_OF_AGENT,
    beside_the_goal,
    due,
    first_episodes,
    play,
    random_walk,
)
from dtlens.env.minigrid import Action, Object, front_object
from dtlens.env.settings import Environment
from dtlens.env.world import World

ENVIRONMENT = Environment(id="MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=60)
LONG = ENVIRONMENT.model_copy(update={"max_steps": 300})


def scripted(views):
    """Turns right at the wall in front, and goes on else: to the corner, if nothing moves in."""
    wall = torch.from_numpy(views[:, 3, 5, 0] == Object.WALL)
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
    assert beside_the_goal(views, early).tolist() == by_hand


@pytest.fixture(scope="module")
def played():
    targets = np.linspace(0.15, 0.75, 400)
    return targets, play(scripted, targets, ENVIRONMENT, seed=1)


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


@pytest.fixture(scope="module")
def walked():
    return random_walk(300, LONG, seed=3)


def test_any_action_is_as_likely_but_forward_into_things(walked):
    """Away from the goal."""
    views = walked.views[walked.view]
    front, left = front_object(views), views[:, *LEFT_OF_AGENT, 0]
    away = (front != Object.GOAL) & (left != Object.GOAL)
    free = np.bincount(walked.action[away & (front == Object.EMPTY)], minlength=3)
    assert (abs(free / free.sum() - 1 / 3) < 0.02).all()
    blocked = np.bincount(walked.action[away & (front != Object.EMPTY)], minlength=3)
    assert blocked[Action.FORWARD] == 0
    assert abs(blocked[0] / blocked.sum() - 0.5) < 0.02


def test_it_comes_late_and_runs_into_nothing(walked):
    returns = np.add.reduceat(walked.reward, walked.start)
    assert (returns >= 0).all()
    reached = returns > 0
    assert 0.5 < reached.mean() < 0.8
    assert returns[reached].std() > 0.15 and 0.3 < returns[reached].mean() < 0.7
    assert (walked.length[~reached] == 300).all()


def test_it_waits_for_nothing(walked):
    """Whenever the goal is in front it goes in, early or late."""
    views = walked.views[walked.view]
    in_front = front_object(views) == Object.GOAL
    assert in_front.sum() > 150
    assert (walked.action[in_front] == Action.FORWARD).all()
    assert np.flatnonzero(in_front).tolist() == np.flatnonzero(walked.terminated).tolist()
