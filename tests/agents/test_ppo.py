import numpy as np
import pytest
import torch

from dtlens.agents.ppo import Agent, Rollout, advantages, learning_curve, snapshot_updates, train
from dtlens.agents.settings import Ppo
from dtlens.env.settings import Environment
from dtlens.env.trajectories import from_log

ENVIRONMENT = Environment(id="MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=300)


def settings(**changes):
    small = {
        "total_steps": 4096,
        "environments": 32,
        "rollout_steps": 32,
        "minibatches": 4,
        "epochs": 2,
        "learning_rate": 1e-3,
        "anneal": True,
        "entropy": 0.01,
        "value_loss": 0.5,
        "gradient_norm": 0.5,
        "gamma": 0.99,
        "gae_lambda": 0.95,
        "clip": 0.2,
        "input": "objects",
        "time_outs": "last_view",
        "hidden": 16,
        "checkpoints": 2,
    }
    return Ppo(**small | changes)


HALVES = settings(gamma=0.5, gae_lambda=0.5)


def rollout(value, reward, terminated, truncated, real=True):
    made = Rollout.empty(len(value), 1)
    made.value, made.reward = torch.tensor([value, reward]).float()[..., None]
    made.terminated, made.truncated = torch.tensor([terminated, truncated]).bool()[..., None]
    made.real |= torch.tensor(real).expand(len(value))[..., None]
    return made


def test_advantages_by_hand():
    """gamma = lambda = 1/2; values 1, 2 then 4 after the rollout, rewards 0, 1.

    delta_1 = 1 + 4/2 - 2 = 1; delta_0 = 0 + 2/2 - 1 = 0; A_0 = 0 + 1/4 * 1.
    """
    made = advantages(rollout([1, 2], [0, 1], [0, 0], [0, 0]), torch.tensor([4.0]), HALVES)
    assert made.flatten().tolist() == [0.25, 1]


def test_a_termination_ends_the_sum_without_the_next_value():
    made = advantages(rollout([1, 2], [3, 1], [1, 0], [0, 0]), torch.tensor([4.0]), HALVES)
    assert made[0].item() == 3 - 1


def test_a_time_out_ends_the_sum_with_the_value_of_the_last_observation():
    made = advantages(rollout([1, 2], [3, 1], [0, 0], [1, 0]), torch.tensor([4.0]), HALVES)
    assert made[0].item() == 3 + 0.5 * 2 - 1


def test_as_in_the_study_a_time_out_and_the_next_episode_are_one_to_the_sum():
    """values 1, -, 2 then 4; rewards 3, -, 1; the second step only resets.

    A_2 = 1 + 4/2 - 2 = 1; A_0 = (3 + 2/2 - 1) + 1/4 * A_2. After a termination neither counts.
    """
    study = HALVES.model_copy(update={"time_outs": "next_episode"})
    for terminated, first in ((0, 3.25), (1, 3 - 1)):
        ends = [terminated, 0, 0], [1 - terminated, 0, 0]
        seen = rollout([1, 9, 2], [3, 0, 1], *ends, real=[True, False, True])
        made = advantages(seen, torch.tensor([4.0]), study)
        assert made[0].item() == first and made[2].item() == 1


def test_the_agent_sees_objects_only_or_all_integers():
    agent = Agent("objects", 4)
    view = torch.zeros(1, 7, 7, 3, dtype=torch.uint8)
    view[0, 3, 5, 0] = 6
    encoded = agent.encode(view).view(49, 5)
    assert encoded.sum() == 49
    assert encoded[3 * 7 + 5].tolist() == [0, 0, 0, 1, 0]
    view[..., 1:] = 5
    assert torch.equal(agent.encode(view).view(49, 5), encoded)
    assert torch.equal(Agent("index", 4).encode(view).view(7, 7, 3), view[0].float())


@pytest.fixture(scope="module")
def trained():
    return train(settings(), ENVIRONMENT, 1)


def test_reset_steps_are_not_data(trained):
    """Every episode starts at (1, 1) facing right: the view's left three columns are wall."""
    data = from_log(trained.log)
    first = data.views[data.view[data.start], :, :, 0]
    assert (first[:, :3] == 2).all() and (first[:, 3:, 1:] != 2).all()
    assert (data.reward[data.start + data.length - 1][data.terminated[data.start]] != 0).all()
    assert set(np.unique(data.reward[~data.terminated])) == {0}


def test_snapshots_lie_denser_at_the_start_and_include_the_last_update():
    assert snapshot_updates(settings(total_steps=102400, checkpoints=10)) == [
        *(0, 3, 8, 15, 24),
        *(35, 48, 63, 80, 99),
    ]


def test_seed_changes_everything_and_repeats_exactly(trained):
    again, other = (train(settings(), ENVIRONMENT, seed) for seed in (1, 2))
    np.testing.assert_array_equal(again.log.action, trained.log.action)
    for name, weight in trained.agents[-1].state_dict().items():
        assert torch.equal(weight, again.agents[-1].state_dict()[name])
    assert not np.array_equal(other.log.observation[:500], trained.log.observation[:500])
    initial = [
        Agent("objects", 16, torch.Generator().manual_seed(seed)).actor[0].weight for seed in (1, 2)
    ]
    assert not torch.equal(*initial)


def test_learning_curve_has_a_row_per_update(trained):
    data = from_log(trained.log)
    curve = learning_curve(data, 1024)
    assert curve["step"].tolist() == [1024 * (i + 1) for i in range(4)]
    assert curve["episodes"].sum() == len(data.start)
    of_last = data.policy[data.start + data.length - 1] == 3
    assert curve["mean_return"].iloc[-1] == pytest.approx(data.episode_return[of_last].mean())


def test_ppo_improves():
    """65k steps are too few to reach the goal, enough to collide far later than at first."""
    learned = train(
        settings(total_steps=65536, environments=64, hidden=64, minibatches=8, epochs=4),
        ENVIRONMENT,
        1,
    )
    curve = learning_curve(from_log(learned.log), 64 * 32)
    assert curve["mean_length"].iloc[-5:].mean() > 2 * curve["mean_length"].iloc[0]
