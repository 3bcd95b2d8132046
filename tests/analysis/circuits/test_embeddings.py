import numpy as np
import pytest
import torch

from dtlens.analysis.circuits.embeddings import rtg_projections, time_projections
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from micro import micro_model
from models import random_model


def preferring_model():
    """F-R is (3, 0, ..., 0) and R-L (0, 2, 0, ..., 0), in 64 dimensions."""
    model = micro_model(width=64)
    model.W_U[0, 2] = 3
    model.W_U[1] = torch.tensor([-2.0, 0.0, 0.0])
    return model


def test_an_aligned_embedding_beats_every_random_direction_and_an_orthogonal_one_none():
    model = preferring_model()
    model.W_rtg[0] = 0.5
    table = rtg_projections(HookedDecisionTransformer(model), 999, 1)
    table = table[table["through"] == ""].set_index("onto")
    assert table.loc["F-R", ["value", "cosine", "p"]].tolist() == [1.5, 1, 0.001]
    assert table.loc["R-L", ["value", "cosine", "p"]].tolist() == [0, 0, 1]
    # A coordinate of a random direction in 64 dimensions: sd 1/8, nearly normal.
    assert table.loc["F-R", "null_high"] == pytest.approx(1.96 * 1.5 / 8, rel=0.1)
    assert table.loc["R-L", "null_low"] == pytest.approx(-1.96 * 1 / 8, rel=0.1)


def test_what_a_head_moves_of_the_embedding_by_hand():
    """The head reads half of 0.5 off the first axis and writes 4 times as much to the second, to
    which R-L is 2."""
    model = preferring_model()
    model.W_rtg[0] = 0.5
    model.blocks[0].W_V[0, 7], model.blocks[0].W_O[7, 1] = 0.5, 4
    table = rtg_projections(HookedDecisionTransformer(model), 9, 1).set_index(["through", "onto"])
    assert table.loc["L0H0", "value"].to_dict() == {"F-R": 0, "R-L": 2}
    assert table.loc["L0H0"].drop(columns="value").isna().all(axis=None)


def test_every_head_moves_the_embedding():
    model = random_model(2, 1)
    table = rtg_projections(HookedDecisionTransformer(model), 9, 1).set_index(["through", "onto"])
    assert table.index.unique("through").tolist() == ["", "L0H0", "L0H1", "L1H0", "L1H1"]
    block = model.blocks[1]
    moved = (model.W_rtg @ block.W_V[:, 8:]) @ block.W_O[8:] @ (model.W_U[:, 2] - model.W_U[:, 1])
    assert table.loc[("L1H1", "F-R"), "value"] == pytest.approx(moved.item(), rel=1e-4)
    untouched = rtg_projections(HookedDecisionTransformer(random_model(0, 1)), 9, 1)
    assert untouched["through"].tolist() == ["", ""]


def test_time_is_projected_at_every_step():
    model = preferring_model()
    model.W_time[4, :2] = torch.tensor([2.0, 0.5])
    steps = np.zeros(30, np.int64)
    steps[3:5] = 1, 3
    table = time_projections(model, steps).set_index(["onto", "t"])
    assert len(table) == 60
    assert table.loc[("F-R", 4)].tolist() == [6, 0.75]
    assert table.loc[("R-L", 4)].tolist() == [1, 0.75]
    assert table.loc[("F-R", 3)].tolist() == [0, 0.25]
