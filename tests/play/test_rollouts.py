from functools import partial

import numpy as np
import torch

from dtlens.env.dynamic_obstacles import Outcome
from dtlens.env.minigrid import Action
from dtlens.env.settings import Environment
from dtlens.play.rollouts import play_model

ENVIRONMENT = Environment(id="MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=300)


def logits_for(action):
    return torch.nn.functional.one_hot(action.long(), 3).float()[:, None]


def test_windows_slide_over_the_last_steps():
    """A policy that turns right at even and left at odd times keeps what it was shown."""
    shown = []

    def policy(windows):
        shown.append(windows)
        return logits_for(windows.time[:, -1] % 2 == 0)

    rtg = np.array([-1.0, 0.0, 0.9])
    environment = ENVIRONMENT.model_copy(update={"max_steps": 6})
    episodes = play_model(policy, 3, rtg, environment, seed=1)
    assert set(episodes.outcome) == {Outcome.TIME_OUT}
    assert [w.time[0].tolist() for w in shown] == [
        *([0], [0, 1], [0, 1, 2]),
        *([1, 2, 3], [2, 3, 4], [3, 4, 5]),
    ]
    for windows in shown:
        np.testing.assert_allclose(windows.rtg[:, 0], rtg)
        assert (windows.rtg == windows.rtg[:, :1]).all()
        taken = (windows.time[:, :-1] % 2 == 0).long()  # all but the action yet to be chosen
        assert torch.equal(windows.action[:, :-1], taken)
    for t in range(3, 6):  # what was seen last is seen one place earlier a step later
        assert torch.equal(shown[t].observation[:, :-1], shown[t - 1].observation[:, 1:])


def test_the_likeliest_action_is_taken_by_those_that_still_run():
    """Half walk on, half turn: the walkers' ends leave the turners' episodes as they were."""

    def policy(windows):
        return logits_for(torch.where(windows.rtg[:, -1] > 0, Action.LEFT, Action.FORWARD))

    rtg = np.tile([-1.0, 1.0], 50)
    episodes = play_model(policy, 1, rtg, ENVIRONMENT, seed=1)
    assert (episodes.episode_return[rtg < 0] == -1).all()
    assert (episodes.length[rtg > 0] == 300).all()


def test_same_seed_same_episodes():
    def policy(windows):
        return logits_for(torch.full_like(windows.time[:, -1], Action.FORWARD))

    first, again, other = (
        play_model(policy, 1, np.zeros(50), ENVIRONMENT, seed) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first.length, again.length)
    assert not np.array_equal(first.length, other.length)


def test_long_play_says_how_far_it_is_and_short_play_nothing(capfd, monkeypatch):
    clock = 0.0
    monkeypatch.setattr("tqdm.std.time", lambda: clock)

    def policy(windows, slow):
        nonlocal clock
        clock += slow
        return logits_for(torch.full_like(windows.action[:, -1], Action.LEFT))

    environment = ENVIRONMENT.model_copy(update={"max_steps": 30})
    for slow in (0.0, 0.08):  # seconds a step
        play_model(partial(policy, slow=slow), 1, np.zeros(7), environment, seed=1)
        said = capfd.readouterr().err
        assert ("7 episodes: 100%" in said and "30/30" in said) == (slow > 0)
