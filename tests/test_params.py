import copy
import math
import shutil
from pathlib import Path

import pytest
import yaml

from dtlens.base.errors import UserError
from dtlens.model.sheet import read_sheet
from dtlens.params import Params, load_params
from dtlens.play.settings import RtgRange

ROOT = Path(__file__).parents[1]
VALUES = yaml.safe_load((ROOT / "params.yaml").read_text())


def test_the_default_settings_are_those_of_the_study():
    params = load_params(ROOT / "params.yaml")
    assert params.environment.max_steps == 300


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("ppo.ours.environments", 0, "greater than or equal to 1"),
        ("ppo.ours.environments", "many", "valid integer"),
        ("ppo.ours.environments", 2.5, "valid integer"),
        ("ppo.ours.minibatches", 7, "must divide"),
        ("ppo.ours.total_steps", 16384, "fewer than checkpoints"),
        ("ppo.ours.learning_rate", 0, "greater than 0"),
        ("ppo.ours.speed", 1, "not permitted"),
        ("colour", "blue", "not permitted"),
        ("calibration.rtg.high", -2, "greater than or equal to -1"),
        ("delayed_goal.run", ["r9"], "delayed_goal: ours-r9 is none of ['ours-r1'"),
        (
            "delayed_goal.optimisation",
            ["theirs"],
            "delayed_goal.optimisation: training has no theirs",
        ),
        (
            "attribution_benchmark.recipe",
            ["many"],
            "attribution_benchmark.recipe: delayed_goal has no",
        ),
        ("delayed_goal.recipe", ["waiting_many"], "control: recipe has no aimless"),
        ("delayed_goal.doses.aimless", 7, "control: no other recipe has as many episodes"),
        (
            "delayed_goal.seed",
            ["s7"],
            "waiting_few-r1-ours-s7 is set beside 1L-128d-2h-1k-index-ours-r1",
        ),
        ("training_diversity.seed", ["s7"], "1L-128d-2h-1k-index-four-r1-ours-s7 is set beside"),
        ("goal_retargeting.recipe", ["four", "two"], "training_diversity has no two"),
        ("goal_retargeting.steps", 10**6, "goal_retargeting.steps = 1000000 must not exceed"),
        (
            "training_diversity.recipe",
            ["two"],
            "'four', 'anywhere', 'coloured' or 'anywhere_coloured'",
        ),
        (
            "over_time.weight_decay",
            ["w0", "w0.0"],
            "s1-w0.0 is written 1L-128d-2h-1k-index-ours-r1-ours-s1-w0",
        ),
        ("over_time.weight_decay", ["w1e"], "valid number"),
        (
            "over_time.weight_decay",
            [0, 0.00001],
            "over_time.weight_decay.1: Input should be a valid",
        ),
        ("over_time.weight_decay", ["w0", "w0.00001"], "s1-w1e-05"),
        ("over_time.weight_decay", ["w-1"], "should match pattern"),
        ("over_time.weight_decay", ["w0", "w0"], "s1-w0 is there twice"),
        ("behaviour.rtg", [], "at least 1 item"),
        ("behaviour.rtg", [-1.0, 0.0, 0.9, 0.9], "a value is there twice"),
        ("behaviour.rtg", [0.0, 0.9], "must hold -1, 0 and 0.9"),
        ("trajectories.ours.source", "thin air", "'history', 'checkpoints' or 'both'"),
        ("trajectories.ours.checkpoints.mixture.poor", 0.9, "must be 1"),
        ("scenes.times.last", 300, "below environment.max_steps"),
        ("circuits.pairs", 2000, "must not exceed scenes.per_front = 1276"),
        ("over_time.points", 2, "greater than or equal to 3"),
        ("agents.recipe", ["theirs"], "ppo has no theirs"),
        ("agents.run", ["r1", "1"], "should match pattern"),
        ("agents.run", ["r1", "r2", "r3", "r3"], "ours-r3 is there twice"),
        ("agents.run", ["r1", "r2", "r3", "r04"], "r04 is written r4"),
        ("trajectories.ours.source", "history", "source = history reads no `checkpoints`"),
        ("trajectories.study.source", "both", "source = both needs `checkpoints`"),
        ("trajectories.ours.checkpoints.giving_up.reckless", 1, "must be at most 1"),
        ("training.study.optimiser", "sgd", "'adamw' or 'adam'"),
        ("compute.device", "abacus", "'cpu' or 'cuda'"),
        ("training.ours.learning_rate", math.inf, "training.ours.learning_rate: not a finite"),
        ("behaviour.rtg", [-1.0, 0.0, 0.9, math.nan], "behaviour.rtg.3: not a finite number"),
        ("calibration.rtg.step", 1e-9, "calibration.rtg.step: 1e-09 makes more than 1001"),
        ("over_time.encoding", ["index", "one_hot"], "encoding: takes one value"),
        ("over_time.model", ["1L-64d-2h-1k", "1L-128d-2h-1k"], "model: takes one value"),
        ("over_time.model", ["1L-128d-3h-1k"], "heads = 3 must divide width = 128"),
        ("over_time.model", ["big"], "should match pattern"),
        ("over_time.encoding", ["sparse"], "'index' or 'one_hot'"),
        ("over_time.seed", [], "an empty list leaves no model"),
        ("over_time.seed", [1], "valid string"),
        ("over_time.seed", ["s1", "s1"], "-s1-w0 is there twice"),
        ("over_time.run", ["r9"], "ours-r9 is none of ['ours-r1', 'ours-r2', 'ours-r3',"),
        ("over_time.optimisation", ["theirs"], "training has no theirs"),
        ("over_time.episodes", 1.0, "valid integer"),
        ("over_time.model", "1L-128d-2h-1k", "valid list"),
        ("over_time.seed", ["s1\n"], "should match pattern"),
        ("ppo.ours.gamma", True, "ppo.ours.gamma: not a number"),
        ("ppo.ours.learning_rate", "0.001", "ppo.ours.learning_rate: not a number; one has no"),
        ("behaviour.rtg", ["-1.0", 0.0, 0.9], "behaviour.rtg.0: not a number"),
        ("trajectories.ours.checkpoints.mixture.middling", False, "mixture.middling: not a number"),
        (
            "ppo.ours.minibatches",
            16384,
            "16384 leave less than four steps to each; take at most 4096",
        ),
        ("ppo.ours.anneal", 0.5, "valid boolean"),
        ("environment.max_steps", True, "valid integer"),
        ("environment.max_steps", "300", "valid integer"),
        ("agents.run", ["r1", "r2", "r3", "r2147483648"], "r2147483648 is beyond r2147483647"),
        ("agents.recipe", ["ours", "study", "a-b"], "agents.recipe.2: String should match"),
        ("agents.recipe", [], "at least 1 item"),
        ("over_time.weight_decay", ["w0-e0"], "weight_decay: Input should be a valid number"),
        ("scenes.per_front", 1, "scenes.per_front: takes 2 at least"),
        ("scenes.seed", -1, "greater than or equal to 0"),
        ("calibration.rtg.step", 0.07, "behaviour.rtg: [0.0, 0.9] are not on the grid"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_key(tmp_path, key, value, says):
    values = copy.deepcopy(VALUES)
    *sections, last = key.split(".")
    section = values
    for name in sections:
        section = section[name]
    section[last] = value
    path = tmp_path / "params.yaml"
    path.write_text(yaml.safe_dump(values))
    shutil.copy(ROOT / "models.yaml", tmp_path)
    with pytest.raises(UserError) as error:
        load_params(path)
    assert "\n" not in str(error.value)
    assert says in str(error.value)
    assert sections == [] or sections[0] in str(error.value)


def test_a_name_is_no_longer_than_a_files_may_be():
    values = copy.deepcopy(VALUES)
    long = "a" * 300
    values["agents"]["recipe"].append(long)
    values["ppo"][long], values["trajectories"][long] = values["ppo"]["ours"], {"source": "history"}
    with pytest.raises(UserError, match=r"agents.recipe: a{40}\.\.\. has more than 150 letters"):
        Params.read("params.yaml", values).check_sheet(read_sheet(ROOT / "models.yaml"))


def test_an_empty_grid_is_refused():
    with pytest.raises(
        UserError, match=r"rtg: the grid is empty: high = -0\.5 is below low = 0\.5"
    ):
        RtgRange.read("rtg", {"low": 0.5, "high": -0.5, "step": 0.1})


@pytest.mark.parametrize("content", [None, "ppo: [", "just text"])
def test_a_file_that_is_no_settings_is_refused_by_name(tmp_path, content):
    path = tmp_path / "params.yaml"
    if content:
        path.write_text(content)
    with pytest.raises(UserError, match=r"params\.yaml: ") as error:
        load_params(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"ppo:\n  ours: 1\n  ours: 2\n", 'duplicate key "ours"'),
        (b"ppo:\n  ours: 1\n  ours: 2\n", "at line 3"),
        ("# élan\n".encode("latin-1"), "not text in UTF-8"),
    ],
)
def test_a_key_twice_and_another_encoding_are_named(tmp_path, content, says):
    path = tmp_path / "params.yaml"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"params\.yaml: ") as error:
        load_params(path)
    assert says in str(error.value) and "\n" not in str(error.value)


def test_rtg_range_has_both_ends_and_no_rounding_errors():
    grid = RtgRange(low=-1, high=1, step=0.05).grid
    assert len(grid) == 41
    assert grid[0] == -1 and grid[20] == 0 and grid[38] == 0.9 and grid[-1] == 1


def test_settings_cannot_be_changed():
    params = Params.read("params", VALUES)
    with pytest.raises(ValueError, match="frozen"):
        params.over_time.episodes = 2
