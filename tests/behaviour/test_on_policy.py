import numpy as np
import pandas as pd
import pytest
import torch
from scipy import stats

from dtlens.behaviour.on_policy import look_up, on_policy, visited
from dtlens.minigrid import Action
from dtlens.model.transformer import Windows
from dtlens.play.rollouts import play_model
from dtlens.stats import wilson
from dtlens.task.dynamic_obstacles import FRONTS, Outcome, front_names
from dtlens.task.episodes import Episodes
from models import random_model

LEFT, RIGHT, FORWARD = Action


def test_fronts_are_those_of_the_bank(scenes):
    assert list(front_names(scenes.views)) == list(scenes.fronts)


def test_steps_are_put_down_to_their_episodes(scenes):
    """Three episodes of 1, 3 and 2 steps; the policy's logits say which episode it is and when."""
    views = torch.from_numpy(scenes.views[::30])  # of one scene each: empty, wall, obstacle, goal

    def scripted(policy, rtg):
        length = np.array([1, 3, 2])
        for t in range(3):
            running = np.flatnonzero(length > t)
            for part in np.array_split(running, 2):
                count = len(part)
                policy(
                    Windows(
                        rtg=torch.from_numpy(rtg[part])[:, None],
                        observation=views[part][:, None],
                        action=torch.zeros(count, 1, dtype=torch.int64),
                        time=torch.full((count, 1), t),
                    )
                )
        return Episodes(np.full(3, Outcome.GOAL), np.zeros(3), length)

    def policy(windows):
        return torch.stack([windows.rtg, windows.time.double(), windows.rtg * 0], -1)

    steps = visited(policy, scripted, [-1.0, 0.0, 0.5], 1)
    assert steps["episode"].tolist() == [0, 1, 2, 1, 2, 1]
    assert steps["rtg"].tolist() == [-1, 0, 0.5, 0, 0.5, 0] == steps["left"].tolist()
    assert steps["right"].tolist() == [0, 0, 0, 1, 1, 2]
    assert steps["front"].tolist() == ["empty", "wall", "obstacle", "wall", "obstacle", "wall"]


def test_what_is_watched_is_what_was_played(environment):
    """As many steps as the episodes were long, the last of each the one that ended it."""
    model = random_model(1, 3)
    played = []

    def whole(policy, rtg):
        played.append(play_model(policy, 3, rtg, environment, 1))
        return played[0]

    steps = visited(model, whole, [-1.0, 0.9], 20)
    (episodes,) = played
    assert steps.groupby("episode").size().tolist() == episodes.length.tolist()
    last = steps.groupby("episode").tail(1).sort_values("episode")
    forward = (last["forward"] > last[["left", "right"]].max(axis=1)).to_numpy()
    front = last["front"].to_numpy()
    assert {Outcome.WALL, Outcome.OBSTACLE} & set(episodes.outcome)
    for outcome, name in ((Outcome.WALL, "wall"), (Outcome.OBSTACLE, "obstacle")):
        ended = episodes.outcome == outcome
        assert forward[ended].all() and (front[ended] == name).all()


def test_look_up_holds_the_commonest_action():
    key = np.array([0, 0, 0, 1, 1, 2, 0, 1, 2])
    action = np.array([2, 2, 1, 0, 0, 1, 1, 2, 1])
    built = np.array([True] * 5 + [False] * 4)
    assert look_up(key, action, built).tolist() == [2, 2, 2, 0, 0, -1, 2, 0, -1]


def steps_of(rows):
    """Steps from (rtg, episode, front, action)."""
    table = pd.DataFrame(rows, columns=["rtg", "episode", "front", "action"])
    logits = np.eye(3)[table.pop("action").to_numpy()]
    table["front"] = pd.Categorical(table["front"], FRONTS)
    return table.assign(left=logits[:, 0], right=logits[:, 1], forward=logits[:, 2])


def result(steps):
    return on_policy(steps, 1).set_index(["measure", "of", "rtg"])


def test_agreement_by_hand():
    """Of the even episodes: forward before empty cells, right before walls at 0.9, left at 0. The
    goal counts as one object whatever its side; an object that was not met is not known."""
    rows = [
        *((0.9, 0, "empty", FORWARD), (0.9, 0, "wall", RIGHT), (0.9, 0, "goal_from_top", FORWARD)),
        *((0.9, 1, "empty", FORWARD), (0.9, 1, "wall", RIGHT), (0.9, 1, "goal_from_left", FORWARD)),
        *((0.0, 2, "wall", LEFT), (0.0, 2, "wall", LEFT), (0.0, 2, "empty", FORWARD)),
        *((0.0, 3, "wall", LEFT), (0.0, 3, "obstacle", LEFT)),
    ]
    table = result(steps_of(rows)).loc["agreement"]
    everything = table[table.index.get_level_values("rtg").isna()].droplevel("rtg")
    expected = {"rtg, front": 4 / 5, "front": 3 / 5, "rtg": 4 / 5, "nothing": 2 / 5}
    assert everything["value"].to_dict() == pytest.approx(expected)
    assert (everything["n"] == 2).all()
    assert table.loc[("rtg, front", 0.9), "value"] == 1
    assert table.loc[("rtg, front", 0.0), "value"] == 0.5
    assert table.loc[("front", 0.9), "value"] == pytest.approx(2 / 3)


def test_turns_and_entries_by_hand():
    """Each episode: two turns right, one left, and the goal from the top in 3 of 4."""
    rows = [
        (0.9, episode, front, action)
        for episode in range(4)
        for front, action in (
            *(("wall", RIGHT), ("wall", RIGHT), ("goal_from_top", LEFT)),
            ("goal_from_left" if episode == 2 else "goal_from_top", FORWARD),
        )
    ]
    table = result(steps_of([*rows, (-1.0, 4, "obstacle", FORWARD)])).droplevel("of")
    turns = table.loc[("right_turns", 0.9)]
    assert turns[["value", "low", "high"]].tolist() == pytest.approx([2 / 3] * 3)
    assert turns["n"] == 4
    entries = table.loc[("goal_from_top", 0.9)]
    assert entries.tolist() == pytest.approx([3 / 4, *wilson(3, 4), 4])
    for measure in ("right_turns", "goal_from_top"):
        nothing = table.loc[(measure, -1.0)]
        assert nothing["n"] == 0 and nothing[["value", "low", "high"]].isna().all()


def test_correlation_is_pearsons_and_its_interval_that_of_episodes():
    """Logits that differ between episodes alone: 40 independent points, each seen ten times."""
    generator = np.random.default_rng(3)
    points = generator.multivariate_normal([5, -5], [[1, 0.6], [0.6, 1]], 40)
    steps = steps_of([(0.0, i // 10, "empty", FORWARD) for i in range(400)])
    steps[["left", "right"]] = np.repeat(points, 10, axis=0)
    row = result(steps).loc[("correlation", "left, right", 0.0)]
    exact = stats.pearsonr(*points.T)
    assert row["value"] == pytest.approx(exact.statistic)
    bounds = exact.confidence_interval()
    assert row["low"] == pytest.approx(bounds.low, abs=0.08)
    assert row["high"] == pytest.approx(bounds.high, abs=0.08)
    assert row["n"] == 40


def test_same_seed_same_table(environment, model):
    def whole(policy, rtg):
        return play_model(policy, 1, rtg, environment, 1)

    steps = visited(model, whole, [-1.0, 0.9], 10)
    pd.testing.assert_frame_equal(on_policy(steps, 1), on_policy(steps, 1))
