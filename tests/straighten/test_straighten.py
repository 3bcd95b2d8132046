import numpy as np
import pandas as pd
import torch

from dtlens.beyond import straighten as straighten_chapter
from dtlens.figures import straighten as straighten_page
from dtlens.minigrid import Object, front_object
from dtlens.reachable.settings import Reachable
from dtlens.rewrites.rank_one import forward_in, places
from dtlens.rewrites.settings import Rewrites
from dtlens.scenes.bank import Scenes
from dtlens.straighten.__main__ import judge
from dtlens.straighten.edit import make_edit
from dtlens.straighten.summary import of_play, of_scenes, of_targets
from dtlens.task.dynamic_obstacles import FRONTS, GOALS, build_scenes
from dtlens.task.settings import Environment
from models import random_model

MAX_STEPS, TARGETS = 30, [0.3, 0.9]
ENVIRONMENT = Environment(id="MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=MAX_STEPS)
SETTINGS = Rewrites(
    seed=1, refused=0.2, entered=0.8, scenes=40, per_front=6, random_keys=2, episodes=2
)
REACHABLE = Reachable(
    seed=1,
    wide={"low": -1, "high": 1, "step": 1},
    window={"low": 0.3, "high": 0.9},
    step=0.6,
    episodes=3,
)
ERRORS, MEASURES = ("mean", "episode"), ("before", "after", "divergence")


def edit():
    scenes = Scenes(*build_scenes(ENVIRONMENT, 24, range(10, 20), np.random.default_rng(1)))
    return make_edit(scenes, TARGETS, MAX_STEPS, SETTINGS)


def returns_if_entered(windows):
    """What an episode returns that enters the goal at the step of the window, counted from 0."""
    return 1 - 0.9 * (windows.time + 1) / MAX_STEPS


def in_front(windows):
    return front_object(windows.observation[:, 0].numpy())


def test_targets_have_the_goal_in_front_too_early():
    targets = edit().targets
    assert (in_front(targets) == Object.GOAL).all()
    assert set(targets.rtg[:, 0].tolist()) == {np.float32(rtg) for rtg in TARGETS}
    step = 0.9 / MAX_STEPS
    # By a step more than what is told at least: of two steps the agent that waits takes one.
    assert (returns_if_entered(targets) > targets.rtg + step - 1e-6).all()


def test_what_should_stay_is_all_that_is_no_target():
    others = edit().others
    goals = 40
    late = type(others)(*(part[:goals] for part in others))
    assert (in_front(late) == Object.GOAL).all()
    assert (returns_if_entered(late) < late.rtg + 0.9 / MAX_STEPS + 1e-6).all()
    told_between = len(FRONTS) - len(GOALS)
    between = type(others)(*(part[goals : goals + 6 * told_between] for part in others))
    assert not (in_front(between) == Object.GOAL).any()
    assert set(between.rtg[:, 0].tolist()) == {np.float32(rtg) for rtg in TARGETS}
    rest = others.rtg[goals + 6 * told_between :, 0]
    assert rest.tolist() == [-1.0] * 6 * len(FRONTS) + [0.0] * 6 * len(FRONTS)
    assert (others.time < MAX_STEPS).all() and others.time.dtype == torch.int64


def test_edits_are_judged_in_every_place_and_in_play():
    model, made = random_model(1, 1).requires_grad_(False), edit()
    scenes, asked = judge(model, made, [0.2, 0.3], SETTINGS, REACHABLE, ENVIRONMENT)
    names = [place.name for place in places(model)]
    assert scenes["place"].tolist() == [names[0], *names, names[0]]
    assert scenes["refused"].tolist() == [0.2, 0.3] + [0.2] * len(names)
    assert scenes["key"].tolist() == ["least squares"] * (1 + len(names)) + ["random"]
    held_out = type(made.targets)(*(part[1::2] for part in made.targets))
    assert np.allclose(scenes["before"], forward_in(model, held_out))
    there = scenes[scenes["key"].eq("least squares") & scenes["after"].notna()]
    assert len(there) and asked["rtg"].tolist() == TARGETS * len(there)
    for column in ("place", "refused"):
        assert asked[column].tolist() == np.repeat(there[column], len(TARGETS)).tolist()


def test_a_summary_by_hand():
    """Two models return 0.1 and 0.3 more than is told as they are, 0.1 less edited."""
    tables = [
        pd.DataFrame(
            [
                (place, refused, "as_told", rtg, rtg + off, abs(off))
                for place, refused, off in (("none", 1.0, more), ("W_out", 0.05, -0.1))
                for rtg in TARGETS
            ],
            columns=["place", "refused", "way", "rtg", "mean_return", "episode_error"],
        )
        for more in (0.1, 0.3)
    ]
    errors = dict(of_play(tables, TARGETS))
    assert np.allclose(errors["none", 1.0, "as_told", "mean"], [0.1, 0.3])
    assert np.allclose(errors["W_out", 0.05, "as_told", "episode"], [0.1, 0.1])
    assert np.allclose(dict(of_targets(tables, TARGETS))["none", 1.0, 0.9], [1.0, 1.2])
    columns = ["place", "refused", "key", "before", "after", "divergence"]
    scenes = [
        pd.DataFrame([("W_out", 0.05, "least squares", 0.5, after, 0.1)], columns=columns)
        for after in (0.05, np.nan)
    ]
    assert dict(of_scenes(scenes))["W_out", 0.05, "least squares", "after"] == [0.05]


def test_chapter_and_page_say_what_the_tables_hold():
    keys = [("none", 1.0, way, error) for way in ("as_told", "re_asked") for error in ERRORS]
    keys += [("W_out", refused, "as_told", error) for refused in (0.05, 0.2) for error in ERRORS]
    keys += [
        ("W_out", refused, key, what)
        for refused, key in ((0.05, "least squares"), (0.2, "least squares"), (0.05, "random"))
        for what in MEASURES
    ]
    rows = [(arm, *key) for arm in ("study", "index", "one_hot") for key in keys]
    table = pd.DataFrame(rows, columns=["arm", "place", "refused", "key", "measure"])
    value = (1 + np.arange(len(table))) / 100
    numbers = table.assign(value=value, low=value - 0.01, high=value + 0.01)
    text = straighten_chapter.chapter(numbers)
    first = table[(table["arm"] == "index") & (table["measure"] == "episode")].index[0]
    assert f"our index models' episodes is {value[first]:.3f} [" in text
    assert f"the edit of W_out\n{value[first + 4]:.3f} [" in text
    assert text.count("W_out, random keys") == 3 and "nan" not in text and "none" not in text
    curves = pd.DataFrame(
        [
            (arm, *edit, rtg, rtg, rtg, rtg, 3)
            for arm in ("study", "index", "one_hot")
            for edit in (("none", 1.0), ("W_out", 0.05), ("W_out", 0.2), ("W_rtg", 0.05))
            for rtg in TARGETS
        ],
        columns=["arm", "place", "refused", "rtg", "value", "low", "high", "n"],
    )
    lines = straighten_page.page(curves).axes[0].lines
    labels = [line.get_label() for line in lines[1:]]
    assert labels == ["as it is", "edited, P(forward) to 0.05", "edited, P(forward) to 0.2"]


def test_an_edit_that_can_be_had_nowhere_leaves_no_play():
    model, impossible = random_model(1, 1).requires_grad_(False), -0.1
    scenes, asked = judge(model, edit(), [impossible], SETTINGS, REACHABLE, ENVIRONMENT)
    assert scenes["after"].isna().all() and len(scenes) == len(places(model)) + 1
    assert asked.empty and {"refused", "place"} <= set(asked)
