import numpy as np
import torch

from dtlens.analysis.behaviour.avoidance import bank_probabilities, behaviours
from dtlens.analysis.behaviour.sampled import drawing
from dtlens.env.minigrid import Action, Object, front_object
from dtlens.play.calibration import calibrate
from dtlens.play.settings import Calibration, RtgRange


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
    fronts = bank.drop(index="right_less_left", level="event")
    assert len(fronts) == 2 * 5 and (fronts["n"] == 22).all()
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


def turns_away_from_walls(windows):
    """The more walls are at a side, the less likely is a turn to it."""
    walls = (windows.observation[..., 0] == Object.WALL).sum(-1).float()
    left, right = walls[..., :3].sum(-1), walls[..., 4:].sum(-1)
    return torch.stack([-left, -right, -(left + right) / 2], -1)


def test_a_symmetric_policy_has_no_bias_in_a_symmetric_bank(scenes):
    """Every placement before a wall is there once, and the goal from both sides as often: for each
    scene its mirror image is there, in which left is right."""
    mirrored = scenes.select((~scenes.fronts.isin(["empty", "obstacle"])).to_numpy())
    windows = {0.9: mirrored.windows(0.9)}

    def biased(windows):
        return turns_away_from_walls(windows) + torch.tensor([0.0, 0.5, 0.0])

    def bias(policy):
        table = bank_probabilities(policy, windows, mirrored.fronts, 1).set_index("event")
        assert table.loc["right_less_left", "n"] == 66
        return table.loc["right_less_left", ["value", "low", "high"]]

    probability = turns_away_from_walls(windows[0.9]).softmax(-1)
    assert (probability[..., 0] - probability[..., 1]).abs().mean() > 0.3
    assert abs(bias(turns_away_from_walls)["value"]) < 1e-6
    assert bias(turns_away_from_walls)["low"] < 0 < bias(turns_away_from_walls)["high"]
    assert bias(biased)["value"] > 0.02


def test_drawn_actions_are_as_frequent_as_the_logits_say(scenes):
    """Of 110 scenes shown 30 times; what is drawn is certain."""
    windows = scenes.windows(0.9)
    draw, again = (drawing(turns_away_from_walls, 1) for _ in range(2))
    drawn = torch.stack([draw(windows) for _ in range(30)])
    assert ((drawn == 1).sum(-1) == 1).all() and ((drawn == 0).sum(-1) == 2).all()
    expected = turns_away_from_walls(windows).softmax(-1).mean((0, 1))
    torch.testing.assert_close(drawn.mean((0, 1, 2)), expected, atol=0.03, rtol=0)
    assert torch.equal(again(windows), drawn[0])


def test_sampled_play_takes_other_ways_than_the_likeliest(environment):
    """At target return 0.9 it never walks into an obstacle, but as soon as a wall is in front,
    every third time into that; with the likeliest action it would turn for ever."""
    calibration = Calibration(seed=1, rtg=RtgRange(low=-1.0, high=0.9, step=1.9))
    table = calibrate(drawing(refuses_obstacles, 1), 1, calibration, 20, environment)
    told = table.set_index("rtg").loc[0.9]
    assert told["obstacle"] == 0
    assert told["wall"] > 0.5


def test_scenes_are_shown_at_their_own_time(scenes):
    windows = scenes.windows(0.5)
    assert windows.time.flatten().tolist() == scenes.labels["t"].tolist()
    assert (windows.rtg == 0.5).all() and windows.rtg.shape == (110, 1)
    assert Action.FORWARD == 2 and torch.equal(
        windows.observation[:, 0], torch.tensor(scenes.views)
    )
