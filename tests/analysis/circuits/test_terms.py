from math import sqrt

import numpy as np
import pytest
import torch

from dtlens.analysis.circuits.terms import (
    KEY,
    QUERY,
    score_table,
    score_terms,
    value_table,
    value_terms,
)
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.lens.preferences import preference_directions
from micro import hand_model
from models import random_model

MODELS = [(1, 1, "index"), (1, 3, "one_hot"), (2, 1, "one_hot")]


def hooked_and_windows(scenes, layers, context, encoding):
    """In double precision; weights of 0.3 make scores of the index encoding large."""
    hooked = HookedDecisionTransformer(random_model(layers, context, encoding).double())
    return hooked, scenes.windows(0.9)


@torch.no_grad()
def test_score_terms_by_hand(scenes):
    hooked, windows = HookedDecisionTransformer(hand_model()), scenes.windows(0.5)
    terms = score_terms(hooked, windows)[:, 0] * sqrt(2)
    front = windows.observation[:, 0, 3, 5, 0].float()
    expected = torch.zeros_like(terms)
    expected[:, QUERY.index("position"), KEY.index("rtg")] = 1
    expected[:, QUERY.index("b_Q"), KEY.index("rtg")] = 3
    expected[:, QUERY.index("position"), KEY.index("position")] = -1
    expected[:, QUERY.index("b_Q"), KEY.index("position")] = -3
    expected[:, QUERY.index("state"), KEY.index("state")] = -(front**2) / 4
    expected[:, QUERY.index("time"), KEY.index("state")] = -front / 2
    torch.testing.assert_close(terms, expected)


@torch.no_grad()
@pytest.mark.parametrize(("layers", "context", "encoding"), MODELS)
def test_score_terms_sum_to_the_scores(scenes, layers, context, encoding):
    hooked, windows = hooked_and_windows(scenes, layers, context, encoding)
    _, cache = hooked.run_with_cache(windows)
    q, k = cache["q", 0], cache["k", 0]
    difference = (q[:, 1] * (k[:, 0] - k[:, 1])).sum(-1) / sqrt(8)
    total = score_terms(hooked, windows).sum((-2, -1))
    assert difference.std() > 0.1
    torch.testing.assert_close(total, difference, atol=1e-9, rtol=1e-9)
    torch.testing.assert_close(total.sigmoid(), cache["pattern", 0][:, :, 1, 0])


@torch.no_grad()
@pytest.mark.parametrize(("layers", "context", "encoding"), MODELS)
def test_attended_values_sum_to_what_heads_write(scenes, layers, context, encoding):
    hooked, windows = hooked_and_windows(scenes, layers, context, encoding)
    onto = torch.stack(list(preference_directions(hooked.model).values()), dim=1)
    _, cache = hooked.run_with_cache(windows)
    pattern = cache["pattern", 0][:, :, 1, :, None]
    written = cache.stack_head_results(layer=1, pos_slice=1) @ onto
    total = (value_terms(hooked, windows, onto).sum(3) * pattern).sum(2)
    assert written.std() > 0.1
    torch.testing.assert_close(total, written.transpose(0, 1), atol=1e-9, rtol=1e-9)


@torch.no_grad()
def test_value_terms_by_hand(scenes):
    """W_V swaps the two dimensions, W_O doubles."""
    model = hand_model()
    block = model.blocks[0]
    block.W_V.copy_(torch.tensor([[0.0, 1.0], [1.0, 0.0]]))
    block.W_O.copy_(2 * torch.eye(2))
    block.b_V[:] = torch.tensor([5.0, 0.0])
    windows = scenes.windows(0.5)
    terms = value_terms(HookedDecisionTransformer(model), windows, torch.eye(2))[0, 0]
    front = windows.observation[0, 0, 3, 5, 0].item()
    assert terms[0].tolist() == [[2, 0], [0, 2], [0, 0], [10, 0]]  # rtg, time, position, b_V
    assert terms[1].tolist() == [[0, front], [0, 2], [2, 0], [10, 0]]


def test_tables_hold_means_for_every_front_object(scenes):
    model = hand_model()
    model.blocks[0].W_V.copy_(torch.eye(2))
    model.blocks[0].W_O.copy_(torch.eye(2))
    model.W_U[0, 2] = 1  # F-R is (1, 0)
    hooked = HookedDecisionTransformer(model)
    windows = {rtg: scenes.windows(rtg) for rtg in (-1.0, 0.5)}
    scores = score_table(hooked, windows, scenes.fronts)
    assert len(scores) == 2 * 5 * 4 * 3
    scores = scores.set_index(["rtg", "front", "head", "query", "key"])
    squared = scores.xs(("L0H0", "state", "state"), level=("head", "query", "key"))
    assert squared.loc[(0.5, "wall"), "value"] == pytest.approx(-4 / 4 / sqrt(2))
    assert squared.loc[(-1, "obstacle"), "value"] == pytest.approx(-36 / 4 / sqrt(2))
    assert squared["sd"].max() == pytest.approx(0, abs=1e-6)
    values = value_table(hooked, windows, scenes.fronts)
    assert len(values) == 2 * 5 * 2 * 4 * 2
    values = values.set_index(["rtg", "front", "token", "part", "onto"])
    wall = values.loc[(0.5, "wall", "state", "embedding", "F-R")]
    # Front object 2: the score is (1 + 3 - 1 - 3 - 1 - 1) / sqrt(2), and e = (1, 0).
    to_state = 1 / (1 + np.exp(-2 / sqrt(2)))
    assert wall["value"] == pytest.approx(1) and wall["attended"] == pytest.approx(to_state)
    assert set(scenes.fronts) == set(values.index.unique("front"))


def test_without_layers_there_are_no_circuits(scenes):
    without, one = (HookedDecisionTransformer(random_model(n, 1)) for n in (0, 1))
    seen = ({0.9: scenes.windows(0.9)}, scenes.fronts)
    for table in (score_table, value_table):
        empty = table(without, *seen)
        assert empty.columns.equals(table(one, *seen).columns)
        assert empty.empty
