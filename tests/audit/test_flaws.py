"""Flaws are planted as they are called, and auditors see no more than they should."""

import numpy as np
import pytest
import torch

from dtlens.audit.evidence import in_play, in_tables
from dtlens.audit.flaws import EDITED, deaf, edits, plant
from dtlens.audit.settings import DEAF, FLAWS, SOUND, Audit
from dtlens.rewrites.edits import halves
from dtlens.rewrites.rank_one import forward_in
from dtlens.rewrites.settings import Rewrites
from models import random_model

REWRITES = Rewrites(
    seed=1, refused=0.05, entered=0.9, scenes=40, per_front=10, random_keys=2, episodes=2
)
SETTINGS = Audit(seed=1, scenes=5, pairs=5, episodes=4)


@pytest.fixture
def model():
    return random_model(layers=1, context=1)


def test_the_deaf_act_as_if_told_the_highest(model, scenes):
    told = model(scenes.windows(0.9), last=True)
    for rtg in (-1.0, 0.9):
        heard = deaf(model)(scenes.windows(rtg), last=True)
        torch.testing.assert_close(heard, told, atol=1e-5, rtol=1e-5)
    assert not torch.allclose(model(scenes.windows(-1.0), last=True), told, atol=1e-3)


def test_edited_models_do_what_the_flaw_is(model, scenes, environment):
    planted = plant(model, scenes, REWRITES, environment)
    assert {SOUND, DEAF} < planted.keys() <= set(FLAWS)
    for name, edit in edits(scenes, REWRITES, environment).items():
        if name in planted:
            after = forward_in(planted[name], halves(edit.targets)[0])
            assert after >= 0.9 if EDITED[name][2] > 0 else after <= 0.05
    sound = planted[SOUND].state_dict()
    assert all(torch.equal(sound[name], weight) for name, weight in model.state_dict().items())


def test_auditors_see_numbers_that_do_not_say_which_flaw(model, scenes, environment):
    tables, play = in_tables(model, scenes, SETTINGS), in_play(model, environment, SETTINGS)
    for seen in (tables, play):
        assert list(seen) == ["number", "value"]
        assert seen["number"].is_unique
    assert len(play) == 3 * 4 + 3 + 3  # outcomes, lengths and returns at three targets
    ends = play[play["number"].str.startswith("ends")]["value"].to_numpy().reshape(3, 4)
    np.testing.assert_allclose(ends.sum(1), 1)
    changed = in_tables(deaf(model), scenes, SETTINGS)
    assert changed["number"].tolist() == tables["number"].tolist()
    assert not np.allclose(changed["value"], tables["value"], equal_nan=True)
