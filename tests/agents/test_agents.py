import numpy as np
import pytest
import torch

from dtlens.agents.mixture import assign, play_mixture
from dtlens.agents.ppo import Agent
from dtlens.agents.settings import CheckpointPlay, Mixture
from dtlens.agents.snapshots import Snapshots, load_snapshots, save_snapshots
from dtlens.base.errors import UserError
from dtlens.minigrid import Action
from dtlens.task.settings import Environment


def agent_that_prefers(action):
    agent = Agent(4, torch.Generator().manual_seed(1))
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
    settings = CheckpointPlay(
        seed=1, episodes=40, mixture=Mixture(poor=0.25, middling=0, good=0.75)
    )
    environment = Environment(id="MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=50)
    data = play_mixture(snapshots, settings, environment)
    player = data.policy[data.start]
    assert np.unique(player, return_counts=True)[1].tolist() == [10, 30]
    assert (data.episode_return[player == 0] == -1).all()
    assert (data.episode_return[player == 7] == 0).all()
    assert (data.length[player == 7] == 50).all()
    again = play_mixture(snapshots, settings, environment)
    np.testing.assert_array_equal(again.view, data.view)
