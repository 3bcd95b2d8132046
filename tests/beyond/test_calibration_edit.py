import numpy as np
import pandas as pd
import torch

from dtlens.analysis.scenes.bank import Scenes
from dtlens.beyond.attainable_returns.returns import errors
from dtlens.beyond.attainable_returns.settings import AttainableReturns
from dtlens.beyond.rank_one_editing import calibration_report
from dtlens.beyond.rank_one_editing.calibration_edit import calibration_edit
from dtlens.beyond.rank_one_editing.judge import TO_WAIT, Editor
from dtlens.beyond.rank_one_editing.rank_one import forward_in, places
from dtlens.beyond.rank_one_editing.settings import RankOneEditing
from dtlens.beyond.rank_one_editing.summary import RETURNS as LABELS
from dtlens.env.dynamic_obstacles import FRONTS, GOALS, build_scenes
from dtlens.env.minigrid import Object, front_object
from dtlens.env.settings import Environment
from models import random_model

MAX_STEPS, TARGETS = 30, [0.3, 0.9]
ENVIRONMENT = Environment(id="MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=MAX_STEPS)
SETTINGS = RankOneEditing(
    seed=1,
    refused=0.2,
    entered=0.8,
    calibration=[0.2, 0.3],
    scenes=40,
    per_front=6,
    random_keys=2,
    episodes=2,
)
RETURNS = AttainableReturns(
    seed=1,
    wide={"low": -1, "high": 1, "step": 1},
    window={"low": 0.3, "high": 0.9},
    step=0.6,
    episodes=3,
)


def edit():
    scenes = Scenes(*build_scenes(ENVIRONMENT, 24, range(10, 20), np.random.default_rng(1)))
    return calibration_edit(scenes, TARGETS, MAX_STEPS, SETTINGS)


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


def judged(calibration):
    """The calibration edit of a model, in scenes and in what it returns."""
    settings = SETTINGS.model_copy(update={"calibration": calibration})
    editor = Editor(random_model(1, 1).requires_grad_(False), settings, ENVIRONMENT, RETURNS)
    tables = editor.judged({}, edit())
    assert (tables["scenes"]["edit"] == TO_WAIT).all() and (tables["play"]["edit"] == "none").all()
    return editor.model, tables["scenes"], tables["returns"]


def test_edits_are_judged_in_every_place_and_in_play():
    model, scenes, returns = judged([0.2, 0.3])
    names = [place.name for place in places(model)]
    assert scenes["place"].tolist() == [names[0], *names, names[0]]
    assert scenes["wanted"].tolist() == [0.2, 0.3] + [0.2] * len(names)
    assert scenes["key"].tolist() == ["least squares"] * (1 + len(names)) + ["random"]
    targets = edit().targets
    held_out = type(targets)(*(part[1::2] for part in targets))
    assert np.allclose(scenes["before"], forward_in(model, held_out))
    there = scenes[scenes["key"].eq("least squares") & scenes["after"].notna()]
    assert len(there) and returns["rtg"].tolist() == TARGETS * len(there)
    for column in ("place", "wanted"):
        assert returns[column].tolist() == np.repeat(there[column], len(TARGETS)).tolist()


def test_an_edit_that_can_be_had_nowhere_leaves_no_play():
    model, scenes, returns = judged([-0.1])
    assert scenes["after"].isna().all() and len(scenes) == len(places(model)) + 1
    assert returns.empty and {"wanted", "place"} <= set(returns)


def test_errors_of_edited_models_by_hand():
    """Two models return 0.1 and 0.3 more than is told as they are, 0.1 less edited."""
    rows = [
        ("index", name, place, wanted, "as_told", rtg, rtg + off, abs(off))
        for name, more in (("a", 0.1), ("b", 0.3))
        for place, wanted, off in (("none", 1.0, more), ("W_out", 0.05, -0.1))
        for rtg in TARGETS
    ]
    columns = ["arm", "name", "place", "wanted", "way", "rtg", "mean_return", "episode_error"]
    found = errors(pd.DataFrame(rows, columns=columns), LABELS, TARGETS)
    found = found.set_index([*LABELS, "way", "error", "name"])["value"].unstack()  # noqa: PD010
    assert np.allclose(found.loc["index", "none", 1.0, "as_told", "mean"], [0.1, 0.3])
    assert np.allclose(found.loc["index", "W_out", 0.05, "as_told", "episode"], [0.1, 0.1])


ARMS, ERRORS, MEASURES = (
    ("study", "index", "one_hot"),
    ("mean", "episode"),
    ("before", "after", "divergence"),
)


def numbered(rows, columns):
    """Each row a value of its own: 0.01, 0.02, ..."""
    table = pd.DataFrame(rows, columns=columns)
    value = (1 + np.arange(len(table))) / 100
    return table.assign(value=value, low=value - 0.01, high=value + 0.01)


def test_chapter_and_page_say_what_the_tables_hold():
    keys = [("none", 1.0, way) for way in ("as_told", "re_asked")]
    keys += [("W_out", wanted, "as_told") for wanted in (0.05, 0.2)]
    errors = numbered(
        [(arm, *key, error) for arm in ARMS for key in keys for error in ERRORS],
        ["arm", "place", "wanted", "way", "error"],
    )
    edits = ((0.05, "least squares"), (0.2, "least squares"), (0.05, "random"))
    scenes = numbered(
        [(a, TO_WAIT, w, "W_out", key, m) for a in ARMS for w, key in edits for m in MEASURES],
        ["arm", "edit", "wanted", "place", "key", "measure"],
    )
    text = calibration_report.chapter(scenes, errors)
    own = errors[(errors["arm"] == "index") & (errors["error"] == "episode")]["value"].tolist()
    assert f"our index models' episodes is {own[0]:.3f} [" in text
    assert f"the edit of W_out\n{own[2]:.3f} [" in text
    assert text.count("W_out, random keys") == 3 and "nan" not in text and "none" not in text
    curves = pd.DataFrame(
        [
            (arm, *edit, rtg, rtg, rtg, rtg, 3)
            for arm in ARMS
            for edit in (("none", 1.0), ("W_out", 0.05), ("W_out", 0.2), ("W_rtg", 0.05))
            for rtg in TARGETS
        ],
        columns=["arm", "place", "wanted", "rtg", "value", "low", "high", "n"],
    )
    lines = calibration_report.page(curves).axes[0].lines
    labels = [line.get_label() for line in lines[1:]]
    assert labels == ["as it is", "edited, P(forward) to 0.05", "edited, P(forward) to 0.2"]
