import numpy as np
import pytest

from dtlens.analysis.scenes.bank import Scenes, read_scenes, write_scenes
from dtlens.base.errors import UserError
from dtlens.env.dynamic_obstacles import LABELS, build_scenes, legal_placements
from dtlens.env.minigrid import Object, front_object
from dtlens.env.settings import Environment

ENVIRONMENT = Environment(id="MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=300)
FACED = {
    "empty": Object.EMPTY,
    "wall": Object.WALL,
    "obstacle": Object.BALL,
    "goal_from_top": Object.GOAL,
    "goal_from_left": Object.GOAL,
}


@pytest.fixture(scope="module")
def bank():
    return build_scenes(ENVIRONMENT, 116, range(10, 30), np.random.default_rng(1))


def test_every_legal_placement_is_there():
    """36 cells but the goal's, 4 directions: 24 face a wall, 2 of them from the goal's cell."""
    counts = {front: len(placements) for front, placements in legal_placements().items()}
    assert counts == {
        "empty": 35 * 4 - 22 - 2,
        "wall": 22,
        "obstacle": 35 * 4 - 22 - 2,
        "goal_from_top": 1,
        "goal_from_left": 1,
    }
    assert legal_placements()["goal_from_top"] == [((6, 5), 1)]
    assert legal_placements()["goal_from_left"] == [((5, 6), 0)]


def test_the_view_shows_the_labelled_object_in_front(bank):
    labels, views = bank
    assert labels["front"].value_counts().to_dict() == dict.fromkeys(FACED, 116)
    np.testing.assert_array_equal(front_object(views), labels["front"].map(FACED))


def test_placements_occur_equally_often(bank):
    labels, _ = bank
    empty = labels[labels["front"] == "empty"]
    assert not empty.duplicated(["agent_x", "agent_y", "direction"]).any()


def test_the_obstacle_in_front_is_where_the_label_says(bank):
    labels, views = bank
    scene = labels.index[labels["front"] == "obstacle"][0]
    label = labels.loc[scene]
    assert (label["agent_x"], label["agent_y"], label["direction"]) == (1, 1, 0)
    assert label["obstacles"][:2] == [2, 1]
    assert len(label["obstacles"]) == 8
    seen = views[scene, :, :, 0] == Object.BALL
    # Facing right from (1, 1), the view spans x = 1..7 ahead and y = -2..4 across.
    others = np.array(label["obstacles"]).reshape(4, 2)
    assert seen.sum() == (others[:, 1] <= 4).sum()


def test_bank_file_gives_back_labels_and_views(tmp_path, bank):
    labels, views = bank
    assert list(labels) == LABELS
    write_scenes(tmp_path / "scenes.parquet", Scenes(labels, views))
    scenes = read_scenes(tmp_path / "scenes.parquet")
    back = scenes.labels
    np.testing.assert_array_equal(scenes.views, views)
    assert back["obstacles"].map(list).tolist() == labels["obstacles"].tolist()
    assert back.drop(columns="obstacles").equals(labels.drop(columns="obstacles"))


def test_a_sample_holds_as_many_of_each_front_and_the_scenes_own_views(scenes):
    sample, again, other = (scenes.sample(6, seed) for seed in (1, 1, 2))
    assert sample.fronts.value_counts().to_dict() == dict.fromkeys(FACED, 6)
    np.testing.assert_array_equal(front_object(sample.views), sample.fronts.map(FACED))
    assert list(sample.labels.index) == list(range(30))
    np.testing.assert_array_equal(sample.views, again.views)
    assert not np.array_equal(sample.views, other.views)


@pytest.mark.parametrize("content", [None, b"PAR1 but not really"])
def test_a_foreign_bank_is_refused_by_name(tmp_path, content):
    path = tmp_path / "scenes.parquet"
    if content:
        path.write_bytes(content)
    with pytest.raises(UserError, match=r"scenes\.parquet: "):
        read_scenes(path)
