import numpy as np
import torch

from dtlens.behaviour.refusals import behaviours, play_outcomes
from dtlens.minigrid import Action, Object, front_object


def refuses_obstacles(windows):
    """P(forward) is 1 for an obstacle in front at a negative reward-to-go, 0 for one at a positive
    one, and 1/3 for everything else."""
    front = torch.from_numpy(front_object(windows.observation.numpy()))
    sign = torch.where(windows.rtg < 0, 50.0, -50.0)
    forward = torch.where(front == Object.BALL, sign, 0.0)
    return torch.stack([torch.zeros_like(forward)] * 2 + [forward], -1)


def test_both_kinds_of_evidence(scenes, settings, environment):
    windows = {rtg: scenes.windows(rtg) for rtg in settings.rtg}
    table = behaviours(refuses_obstacles, 1, windows, scenes.fronts, settings, environment)
    bank = table[table["evidence"] == "bank"].set_index(["rtg", "event"])
    assert (bank["n"] == 22).all()
    np.testing.assert_allclose(bank.loc[(-1, "obstacle"), ["value", "low", "high"]].tolist(), 1)
    np.testing.assert_allclose(
        bank.loc[(0.9, "obstacle"), ["value", "low", "high"]].tolist(), 0, atol=1e-20
    )
    np.testing.assert_allclose(bank.loc[(0.9, "goal_from_top"), "value"], 1 / 3, rtol=1e-6)
    play = table[table["evidence"] == "play"].set_index(["rtg", "event"])
    assert (play["n"] == 20).all()
    assert np.allclose(play.groupby("rtg")["value"].sum(), 1)
    # Ties go to the first action: without an obstacle in front it turns left for ever.
    assert play.loc[(0.9, "time_out"), "value"] == 1


def test_sampled_play_takes_every_action_as_often_as_the_logits_say(settings, environment):
    """Told 0.9 it never walks into an obstacle, but as soon as a wall is in front, every third
    time into that; with the likeliest action it would turn for ever."""
    table = play_outcomes(refuses_obstacles, 1, settings, environment, sampled=True)
    shares = table[table["rtg"] == 0.9].set_index("event")["value"]
    assert set(table["evidence"]) == {"sampled"}
    assert shares["obstacle"] == 0
    assert shares["wall"] > 0.5
    again = play_outcomes(refuses_obstacles, 1, settings, environment, sampled=True)
    assert again.equals(table)


def test_scenes_are_shown_at_their_own_time(scenes):
    windows = scenes.windows(0.5)
    assert windows.time.flatten().tolist() == scenes.labels["t"].tolist()
    assert (windows.rtg == 0.5).all() and windows.rtg.shape == (110, 1)
    assert Action.FORWARD == 2 and torch.equal(
        windows.observation[:, 0], torch.tensor(scenes.views)
    )
