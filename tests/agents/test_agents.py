import numpy as np
import pytest
import torch

from dtlens.agents.mixture import assign, play_mixture
from dtlens.agents.ppo import Agent
from dtlens.agents.settings import CheckpointPlay, GivingUp, Mixture
from dtlens.agents.snapshots import Snapshots, load_snapshots, save_snapshots
from dtlens.base.errors import UserError
from dtlens.env.dynamic_obstacles import SEEN
from dtlens.env.minigrid import Action, Object, front_object
from dtlens.env.settings import Environment

ENVIRONMENT = Environment(id="MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=50)


def play(mixture, wandering, reckless, before=20):
    giving_up = GivingUp(wandering=wandering, reckless=reckless, before=before)
    return CheckpointPlay(seed=1, episodes=40, mixture=mixture, giving_up=giving_up)


def agent_that_prefers(action):
    agent = Agent("objects", 4, torch.Generator().manual_seed(1))
    with torch.no_grad():
        agent.actor[4].bias[action] = 100
    return agent


@pytest.fixture
def snapshots():
    """One that walks on and one that turns for ever."""
    agents = [agent_that_prefers(Action.FORWARD), agent_that_prefers(Action.LEFT)]
    return Snapshots(agents, [0, 7], [0.05, 0.95])


def test_file_gives_back_every_weight(tmp_path, snapshots):
    save_snapshots(tmp_path / "a", snapshots)
    back = load_snapshots(tmp_path / "a")
    assert (back.updates, back.success) == ([0, 7], [0.05, 0.95])
    for ours, theirs in zip(snapshots.agents, back.agents, strict=True):
        for name, weight in ours.state_dict().items():
            assert torch.equal(weight, theirs.state_dict()[name])


def test_every_quality_gets_its_share_split_evenly():
    mixture = Mixture(poor=0.5, middling=0.25, good=0.25)
    player = assign([0.0, 0.09, 0.1, 0.91, 1.0], mixture, 80)
    assert np.bincount(player).tolist() == [20, 20, 20, 10, 10]


def test_a_quality_that_no_snapshot_has_is_refused():
    with pytest.raises(UserError, match=r"mixture\.middling = 0\.5, but no snapshot"):
        assign([0.0, 1.0], Mixture(poor=0.5, middling=0.5, good=0), 10)


def test_mixture_plays_whole_episodes_of_both(snapshots):
    settings = play(Mixture(poor=0.25, middling=0, good=0.75), wandering=0, reckless=0)
    data = play_mixture(snapshots, settings, ENVIRONMENT)
    player = data.policy[data.start]
    assert np.unique(player, return_counts=True)[1].tolist() == [10, 30]
    assert (data.episode_return[player == 0] == -1).all()
    assert (data.episode_return[player == 7] == 0).all()
    assert (data.length[player == 7] == 50).all()
    again = play_mixture(snapshots, settings, ENVIRONMENT)
    np.testing.assert_array_equal(again.view, data.view)


def test_who_wanders_walks_into_nothing_and_who_is_reckless_into_obstacles(snapshots):
    """Both from the first step on; neither walks into a wall or the goal."""
    for share, returns in (("wandering", {0}), ("reckless", {-1, 0})):
        chosen = {"wandering": 0, "reckless": 0, share: 1}
        settings = play(Mixture(poor=1, middling=0, good=0), **chosen, before=1)
        data = play_mixture(snapshots, settings, ENVIRONMENT)
        forward = data.action == Action.FORWARD
        front = front_object(data.views)[data.view]
        may = {"wandering": [Object.EMPTY], "reckless": [Object.EMPTY, Object.BALL]}[share]
        assert set(np.unique(front[forward])) <= set(may)
        assert set(data.episode_return) <= returns
        assert set(data.action[front == Object.EMPTY]) == set(Action)
        if share == "reckless":
            assert forward[front == Object.BALL].all()
            assert (data.episode_return == -1).any()


def agent_along_the_wall():
    """Goes forward, and turns right where a wall is in front: so it comes to the goal from the top,
    unless an obstacle is in its way."""
    agent = agent_that_prefers(Action.FORWARD)
    wall_in_front = (3 * 7 + 5) * len(SEEN) + SEEN.index(Object.WALL)
    with torch.no_grad():
        for layer in (0, 2, 4):
            agent.actor[layer].weight.zero_()
        agent.actor[0].weight[0, wall_in_front] = 100
        agent.actor[2].weight[0, 0] = 100
        agent.actor[4].weight[Action.RIGHT, 0] = 200
    return agent


def test_an_agent_gives_up_in_front_of_the_goal_at_the_latest():
    snapshots = Snapshots([agent_along_the_wall()], [3], [1.0])
    good = Mixture(poor=0, middling=0, good=1)
    loyal = play_mixture(snapshots, play(good, wandering=0, reckless=0), ENVIRONMENT)
    assert (loyal.episode_return > 0).any()
    for before in (50, 1000):
        settings = play(good, wandering=1, reckless=0, before=before)
        data = play_mixture(snapshots, settings, ENVIRONMENT)
        assert not (data.episode_return > 0).any()
        assert (front_object(data.views)[data.view] == Object.GOAL).any()
