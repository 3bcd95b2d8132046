import numpy as np
import pytest
import torch

from dtlens.beyond.rank_one_editing.rank_one import (
    RankOne,
    divergences,
    forward_in,
    hidden,
    least_scale,
    least_squares_key,
    places,
    rtg_value,
    value_towards,
)
from dtlens.env.minigrid import Action
from dtlens.model.transformer import Windows
from models import random_model


@pytest.fixture
def model():
    return random_model(1, 1).requires_grad_(False)


@pytest.fixture
def windows():
    generator = torch.Generator().manual_seed(1)
    return Windows(
        torch.rand(12, 1, generator=generator),
        torch.randint(0, 3, (12, 1, 7, 7, 3), generator=generator, dtype=torch.uint8),
        torch.zeros(12, 1, dtype=torch.int64),
        torch.randint(0, 30, (12, 1), generator=generator),
    )


def test_a_key_is_1_on_targets_and_0_elsewhere():
    targets, others = torch.eye(4)[:1] * 2, torch.eye(4)[1:]
    key = least_squares_key(targets, others)
    torch.testing.assert_close(key, torch.tensor([0.5, 0, 0, 0]), atol=2e-3, rtol=0)


def test_a_value_moves_the_logits_as_is_wanted(model):
    moved = value_towards(model, -1) @ model.W_U
    torch.testing.assert_close(moved, torch.tensor([0.5, 0.5, -1.0]), atol=1e-4, rtol=1e-4)


def test_an_edit_of_w_out_adds_what_the_key_meets(model, windows):
    """Exactly: s (h . k) v W_U."""
    place, value = places(model)[0], value_towards(model, 1)
    key = torch.randn(32, generator=torch.Generator().manual_seed(2))
    changed = RankOne(place, key, value).made(model, 0.3)
    met = 0.3 * hidden(model, windows) @ key
    expected = model(windows)[:, -1] + met[:, None] * torch.tensor([-0.5, -0.5, 1.0])
    torch.testing.assert_close(changed(windows)[:, -1], expected, atol=1e-3, rtol=1e-3)


def test_an_edit_leaves_the_model_and_its_other_weights(model):
    before = {name: weight.clone() for name, weight in model.named_parameters()}
    names = {"W_out": "blocks.0.W_out", "W_rtg": "W_rtg"}
    for place in places(model):
        key = torch.ones(len(place.weight(model)))
        changed = RankOne(place, key, torch.ones(16)).made(model, 1.0)
        moved = [n for n, weight in changed.named_parameters() if not weight.equal(before[n])]
        assert moved == [names.get(place.name, "blocks.0.W_O")]
    assert all(weight.equal(before[name]) for name, weight in model.named_parameters())


def test_a_heads_rows_are_its_own(model):
    first, second = (place.weight(model) for place in places(model)[1:3])
    assert torch.equal(torch.cat([first, second]), model.blocks[0].W_O)


def test_the_least_scale_just_has_the_effect(model, windows):
    place, value = places(model)[0], value_towards(model, 1)
    key = hidden(model, windows).mean(0)
    edit = RankOne(place, key, value)
    scale = least_scale(model, edit, windows, 0.9, 1)
    assert forward_in(edit.made(model, scale), windows) >= 0.9
    assert forward_in(edit.made(model, 0.999 * scale), windows) < 0.9
    assert least_scale(model, edit, windows, 0.0, 1) == 0
    assert np.isnan(least_scale(model, edit._replace(key=0 * key), windows, 0.9, 1))


def test_w_rtg_moves_along_the_slope_of_the_preference(model, windows):
    for sign in (-1, 1):
        value = rtg_value(model, windows, sign)
        assert value.norm() == pytest.approx(1, abs=1e-5)
        changed = RankOne(places(model)[-1], torch.ones(1), value).made(model, 1e-2)
        moved = [x(windows)[:, -1] for x in (model, changed)]
        prefers = [logits[:, Action.FORWARD] - logits[:, Action.RIGHT] for logits in moved]
        assert sign * (prefers[1] - prefers[0]).mean() > 0


def test_divergence_of_a_model_from_itself_is_none(model, windows):
    np.testing.assert_allclose(divergences(model, model, windows), 0, atol=1e-9)
    changed = RankOne(places(model)[0], torch.ones(32), value_towards(model, 1)).made(model, 1.0)
    assert divergences(model, changed, windows).min() >= 0
