import numpy as np
import pandas as pd
import pytest
import torch
from scipy import stats

from dtlens.analysis.behaviour.baselines import linear, side_distances, table_means
from dtlens.analysis.behaviour.on_policy import on_policy, visited
from dtlens.base.intervals import wilson
from dtlens.env.dynamic_obstacles import FRONTS, Outcome, front_names
from dtlens.env.episodes import Episodes
from dtlens.env.minigrid import VIEW, Action, Object
from dtlens.model.transformer import Windows
from dtlens.play.rollouts import play_model
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
        return Episodes(np.full(3, Outcome.GOAL, np.uint8), np.zeros(3), length)

    def policy(windows):
        return torch.stack([windows.rtg, windows.time.double(), windows.rtg * 0], -1)

    steps, seen = visited(policy, scripted, [-1.0, 0.0, 0.5], 1)
    assert steps["episode"].tolist() == [0, 1, 2, 1, 2, 1]
    assert steps["rtg"].tolist() == [-1, 0, 0.5, 0, 0.5, 0] == steps["left"].tolist()
    assert steps["right"].tolist() == [0, 0, 0, 1, 1, 2]
    assert steps["front"].tolist() == ["empty", "wall", "obstacle", "wall", "obstacle", "wall"]
    assert list(front_names(seen)) == steps["front"].tolist()


def test_what_is_watched_is_what_was_played(environment):
    """As many steps as the episodes were long, the last of each the one that ended it."""
    model = random_model(1, 3)
    played = []

    def whole(policy, rtg):
        played.append(play_model(policy, 3, rtg, environment, 1))
        return played[0]

    steps, _ = visited(model, whole, [-1.0, 0.9], 20)
    (episodes,) = played
    assert steps.groupby("episode").size().tolist() == episodes.length.tolist()
    last = steps.groupby("episode").tail(1).sort_values("episode")
    forward = (last["forward"] > last[["left", "right"]].max(axis=1)).to_numpy()
    front = last["front"].to_numpy()
    assert {Outcome.WALL, Outcome.OBSTACLE} & set(episodes.outcome)
    for outcome, name in ((Outcome.WALL, "wall"), (Outcome.OBSTACLE, "obstacle")):
        ended = episodes.outcome == outcome
        assert forward[ended].all() and (front[ended] == name).all()


def test_a_table_holds_the_means_of_the_built_steps():
    key = np.array([0, 0, 1, 2, 0, 1, 2])
    built = np.array([True] * 3 + [False] * 4)
    values = np.array([[1.0], [2], [6], [99], [99], [99], [99]])
    means = table_means(key, values, built)[:, 0]
    assert means.tolist() == [1.5, 1.5, 6, 3, 1.5, 6, 3]


def rows_of_cells(*rows):
    """Views that are empty but for the agent's own row of seven cells."""
    views = np.full((len(rows), *VIEW), Object.EMPTY, np.uint8)
    views[:, :, 6, 0] = rows
    return views


def test_side_distances_count_empty_cells_outward_from_the_agent():
    empty, wall, ball = Object.EMPTY, Object.WALL, Object.BALL
    views = rows_of_cells(
        [empty] * 7,
        [wall, empty, ball, empty, wall, empty, empty],
        [wall, wall, empty, empty, empty, empty, ball],
        [empty, wall, empty, empty, empty, ball, wall],
    )
    assert side_distances(views).tolist() == [[3, 3], [0, 0], [1, 2], [1, 1]]


def steps_of(rows):
    """Steps from (rtg, episode, front, action)."""
    table = pd.DataFrame(rows, columns=["rtg", "episode", "front", "action"])
    logits = np.eye(3)[table.pop("action").to_numpy()]
    table["front"] = pd.Categorical(table["front"], FRONTS)
    return table.assign(left=logits[:, 0], right=logits[:, 1], forward=logits[:, 2])


def result(steps, views=None):
    views = rows_of_cells(*[[Object.EMPTY] * 7] * len(steps)) if views is None else views
    return on_policy(steps, views, 1).set_index(["measure", "of", "rtg"])


def test_agreement_by_hand():
    """The table of even episodes: forward before empty cells, right before walls at 0.9, left at 0.
    The goal is known by its side, and what was not met has the mean policy."""
    rows = [
        *((0.9, 0, "empty", FORWARD), (0.9, 0, "wall", RIGHT), (0.9, 0, "goal_from_top", FORWARD)),
        *((0.9, 1, "empty", FORWARD), (0.9, 1, "wall", LEFT), (0.9, 1, "goal_from_top", LEFT)),
        (0.9, 1, "goal_from_left", FORWARD),
        *((0.0, 2, "wall", LEFT), (0.0, 2, "wall", LEFT), (0.0, 2, "empty", FORWARD)),
        *((0.0, 3, "wall", LEFT), (0.0, 3, "obstacle", RIGHT)),
    ]
    table = result(steps_of(rows)).loc["agreement"]
    assert table.loc[("front", 0.9), "value"] == 2 / 4
    assert table.loc[("front", 0.0), "value"] == 1 / 2
    assert (table["n"] == 1).all()
    assert not table.index.get_level_values("rtg").isna().any()


def test_sides_tell_what_the_front_does_not():
    """Left where the wall is near at the right, right where it is at the left: by the front alone
    it is a toss, with the sides certain."""
    near_left = [Object.EMPTY] * 2 + [Object.WALL] + [Object.EMPTY] * 4
    cells = [near_left, near_left[::-1]] * 40
    rows = [(0.9, i // 4, "empty", (RIGHT, LEFT)[i % 2]) for i in range(80)]
    table = result(steps_of(rows), rows_of_cells(*cells))["value"].xs(0.9, level="rtg")
    assert table["agreement", "front, sides"] == table["agreement", "view"] == 1
    assert table["agreement", "front"] == 0.5
    assert table["explained", "front, sides"] == pytest.approx(1)
    assert table["explained", "front"] == pytest.approx(0)


def test_explained_by_hand():
    """Before a wall the even episodes have P(left) 1/2 and 3/4 (so 5/8), before an empty cell 1/8;
    the odd ones as the table has it before the wall, and as the mean policy before the other."""
    left = np.array([1 / 2, 3 / 4, 1 / 8, 1 / 8, 5 / 8, 3 / 8])
    steps = steps_of([(0.9, 0, "wall", 0)] * 2 + [(0.9, 0, "empty", 0)] * 2)
    held_out = steps_of([(0.9, 1, "wall", 0), (0.9, 1, "empty", 0)])
    steps = pd.concat([steps, held_out], ignore_index=True)
    steps["front"] = pd.Categorical(steps["front"], FRONTS)
    steps["left"], steps["right"], steps["forward"] = np.log(left), np.log(1 - left), -99.0

    def kl(p, q):
        return p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))

    expected = 1 - kl(3 / 8, 1 / 8) / kl(5 / 8, 3 / 8)
    row = result(steps).loc[("explained", "front", 0.9)]
    assert row["value"] == pytest.approx(expected)


def test_linear_logits_are_explained_by_the_view(scenes):
    """Logits that add up over cells, but for what is the same for all actions; and noise."""
    views = np.tile(scenes.views, (8, 1, 1, 1))
    drawn = np.random.default_rng(1)
    weights = drawn.normal(size=(147, 3))
    steps = steps_of([(0.9, i // 110, "empty", 0) for i in range(len(views))])
    logits = (views[..., 0] == Object.BALL).reshape(len(views), -1) @ weights[:49]
    steps[["left", "right", "forward"]] = logits + drawn.normal(size=(len(views), 1))
    table = result(steps, views)["value"].xs(0.9, level="rtg")
    assert table["linear", "view"] == pytest.approx(1, abs=1e-2)
    assert table["explained", "view"] == pytest.approx(1, abs=1e-2)
    noise = drawn.normal(size=(len(views), 3))
    steps[["left", "right", "forward"]] = noise
    assert result(steps, views)["value"]["linear", "view", 0.9] < 0.1


def test_ridge_leaves_the_mean_where_nothing_varies():
    logits = np.array([[1.0, 2, 3], [3, 2, 1], [9, 9, 9]])
    built = np.array([True, True, False])
    views = rows_of_cells(*[[Object.EMPTY] * 7] * 3)
    assert linear(logits, views, built) == pytest.approx(np.full((3, 3), 2.0))


def test_forward_by_front_counts_steps():
    rows = [(0.9, i % 4, "wall", FORWARD if i < 2 else LEFT) for i in range(8)]
    table = result(steps_of([*rows, (0.9, 4, "empty", FORWARD), (0.9, 5, "empty", FORWARD)]))
    wall, empty, goal = (
        table.loc[("forward", front, 0.9)] for front in ("wall", "empty", "goal_from_left")
    )
    assert wall["value"] == 0.25 and wall["n"] == 8 and wall["low"] < 0.25 < wall["high"]
    assert empty["value"] == 1 and empty["n"] == 2
    assert np.isnan(goal["value"]) and goal["n"] == 0


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
    rows += [(-1.0, episode, "obstacle", FORWARD) for episode in (4, 5)]
    table = result(steps_of(rows)).droplevel("of")
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
    # The third logit is 0: centred, they are (2x - y) / 3 and (2y - x) / 3.
    x, y = points.T
    exact = stats.pearsonr(2 * x - y, 2 * y - x).statistic
    steps["forward"] = 0.0
    centred = result(steps).loc[("centred_correlation", "left, right", 0.0)]
    assert centred["value"] == pytest.approx(exact)


def test_same_seed_same_table(environment, model):
    def whole(policy, rtg):
        return play_model(policy, 1, rtg, environment, 1)

    seen = visited(model, whole, [-1.0, 0.9], 10)
    pd.testing.assert_frame_equal(on_policy(*seen, 1), on_policy(*seen, 1))
