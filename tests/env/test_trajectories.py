import dataclasses

import numpy as np
import pandas as pd
import pytest

from dtlens.base.errors import UserError
from dtlens.env.parquet import read_trajectories, write_trajectories
from dtlens.env.trajectories import from_log, join, rtg_histogram
from logs import make_log


@pytest.fixture
def log():
    """Two environments: a goal after 3 steps, 1 unfinished step; a time-out after 2, a crash."""
    return make_log(
        environment=[0, 0, 0, 0, 1, 1, 1],
        reward=[0, 0, 0.9, 0, 0, 0, -1],
        terminated=[0, 0, 1, 0, 0, 0, 1],
        truncated=[0, 0, 0, 0, 0, 1, 0],
    )


def test_whole_episodes_with_their_reward_to_go(log):
    data = from_log(log)
    assert data.start.tolist() == [0, 3, 5]
    assert data.length.tolist() == [3, 2, 1]
    assert data.t.tolist() == [0, 1, 2, 0, 1, 0]
    assert data.policy.tolist() == [0, 1, 2, 4, 5, 6]
    np.testing.assert_array_equal(data.rtg, np.float32([0.9, 0.9, 0.9, 0, 0, -1]))
    np.testing.assert_array_equal(data.views[data.view], log.observation[[0, 1, 2, 4, 5, 6]])


def test_joined_trajectories_hold_the_episodes_of_both_and_each_view_once(log):
    one = from_log(log)
    other = from_log(dataclasses.replace(log, reward=-log.reward))
    joined = join(one, other)
    assert joined.start.tolist() == [0, 3, 5, 6, 9, 11]
    for field in set(one.__dataclass_fields__) - {"start", "view", "views"}:
        both = np.concatenate([getattr(one, field), getattr(other, field)])
        np.testing.assert_array_equal(getattr(joined, field), both, err_msg=field)
    seen = [part.views[part.view] for part in (one, other)]
    np.testing.assert_array_equal(joined.views[joined.view], np.concatenate(seen))
    assert len(joined.views) == len(one.views)


def test_reward_to_go_of_dense_rewards_is_a_sum():
    data = from_log(make_log([0, 0, 0], [0.5, 0.25, -1], [0, 0, 1], [0, 0, 0]))
    assert data.rtg.tolist() == [-0.25, -0.75, -1]


def test_an_episode_in_which_the_log_moves_to_the_next_environment_is_unfinished():
    data = from_log(make_log([0, 0, 1], [0, 0, -1], [0, 0, 1], [0, 0, 0]))
    assert data.length.tolist() == [1]
    assert data.policy.tolist() == [2]


def test_file_gives_back_every_value_and_repeats_its_bytes(tmp_path, log):
    data = from_log(log)
    for name in "a", "b":
        write_trajectories(tmp_path / name, data, {"environment": "x"})
    back = read_trajectories(tmp_path / "a")
    for field in data.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(back, field), getattr(data, field), err_msg=field)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_distinct_views_are_stored_once(tmp_path):
    views = np.repeat(np.random.default_rng(0).integers(0, 9, (10, 7, 7, 3), np.uint8), 5000, 0)
    ends = np.arange(50000) % 10 == 9
    log = make_log(np.zeros(50000, int), -ends.astype(float), ends, ~ends & False, views)
    data = from_log(dataclasses.replace(log, policy=np.zeros(50000, np.int16)))
    write_trajectories(tmp_path / "a", data, {})
    assert len(data.views) == 10
    assert (tmp_path / "a").stat().st_size < 50000


@pytest.mark.parametrize("damage", ["missing", "cut", "text", "foreign", "other_schema"])
def test_a_file_that_is_not_ours_is_refused_by_name(tmp_path, monkeypatch, log, damage):
    path = tmp_path / "data.parquet"
    if damage == "other_schema":
        monkeypatch.setattr("dtlens.env.parquet.SCHEMA_VERSION", "0")
    write_trajectories(path, from_log(log), {})
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "text":
        path.write_text("episode,t")
    if damage == "foreign":
        pd.DataFrame({"a": [1]}).to_parquet(path)
    monkeypatch.undo()
    with pytest.raises(UserError, match=r"data\.parquet: ") as error:
        read_trajectories(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("t", np.int16([0, 1, 3, 0, 1, 0]), "timesteps"),
        ("terminated", np.zeros(6, bool), "unfinished"),
        ("action", np.uint8([0, 1, 2, 3, 0, 1]), "action"),
        ("rtg", np.float32([0.9, 0.9, 0.9, 0, 0, 0]), "reward-to-go"),
    ],
)
def test_faulty_trajectories_are_not_written(tmp_path, log, field, value, fault):
    data = from_log(log)
    object.__setattr__(data, field, value)
    with pytest.raises(UserError, match=fault):
        write_trajectories(tmp_path / "a", data, {})
    assert list(tmp_path.iterdir()) == []


def test_histogram_counts_episodes_and_steps(log):
    table = rtg_histogram(from_log(log)).set_index(np.round(np.arange(-1, 1.01, 0.05), 2))
    assert table["episodes"][[-1.0, 0.0, 0.9]].tolist() == pytest.approx([1 / 3] * 3)
    assert table["steps"][[-1.0, 0.0, 0.9]].tolist() == pytest.approx([1 / 6, 2 / 6, 3 / 6])
    assert table["episodes"].sum() == pytest.approx(1)
