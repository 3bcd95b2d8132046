import numpy as np

from dtlens.analysis.scenes.bank import Scenes
from dtlens.beyond.rank_one_editing.edits import ENDS, REFUSED, make_edits
from dtlens.beyond.rank_one_editing.judge import change, in_scenes
from dtlens.beyond.rank_one_editing.rank_one import forward_in, places
from dtlens.beyond.rank_one_editing.settings import RankOneEditing
from dtlens.env.dynamic_obstacles import FRONTS, GOALS, build_scenes
from dtlens.env.minigrid import Object, front_object
from dtlens.env.settings import Environment
from models import random_model

ENVIRONMENT = Environment(id="MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=30)
SETTINGS = RankOneEditing(
    seed=1,
    refused=0.2,
    entered=0.8,
    calibration=[0.2],
    scenes=20,
    per_front=6,
    random_keys=2,
    episodes=2,
)
TIMES = range(10, 20)


def bank():
    return Scenes(*build_scenes(ENVIRONMENT, 24, TIMES, np.random.default_rng(1)))


def test_targets_and_others_are_what_the_edit_is_about():
    edits = make_edits(bank(), TIMES, SETTINGS, ENVIRONMENT)
    seen = {
        "refuse what is in the way, told -1": (Object.BALL, -1),
        "enter the goal, told 0": (Object.GOAL, 0),
        "enter a goal off the walls": (Object.GOAL, 0.9),
        "refuse what is in the way, red": (Object.BALL, 0.9),
    }
    for name, edit in edits.items():
        thing, rtg = seen[name]
        assert (front_object(edit.targets.observation[:, 0].numpy()) == thing).all()
        np.testing.assert_allclose(edit.targets.rtg, rtg)
        assert len(edit.targets.rtg) == 20
        assert set(edit.targets.time[:, 0].tolist()) <= set(TIMES)
    # Of the bank's 5 fronts at 3 targets what the edit is about is left out, at its own target.
    sizes = [len(edit.others.rtg) for edit in edits.values()]
    whole = len(FRONTS) * 6 * len(ENDS)
    assert sizes == [whole - 6, whole - 6 * len(GOALS), whole, whole]
    red = edits["refuse what is in the way, red"].targets.observation
    assert (red[:, 0, 3, 5, 1] == 0).all()  # MiniGrid's red
    assert REFUSED in FRONTS


def test_an_edit_has_its_effect_and_is_judged_on_other_states():
    model = random_model(1, 1).requires_grad_(False)
    edit = make_edits(bank(), TIMES, SETTINGS, ENVIRONMENT)["enter the goal, told 0"]
    place = places(model)[0]
    changed = change(model, place, edit, 0.8)
    fitted, held_out = edit.half(0), edit.half(1)
    assert forward_in(changed, fitted.targets) >= 0.8
    found = in_scenes(model, changed, edit, seed=1)
    assert found["before"] == forward_in(model, held_out.targets)
    assert found["after"] == forward_in(changed, held_out.targets)
    assert found["low"] <= found["divergence"] <= found["high"]
    assert found["n"] == len(held_out.others.rtg)


def test_no_edit_has_no_divergence_to_tell():
    model = random_model(1, 1).requires_grad_(False)
    edit = make_edits(bank(), TIMES, SETTINGS, ENVIRONMENT)["enter the goal, told 0"]
    assert set(in_scenes(model, None, edit, seed=1)) == {"before", "n"}
