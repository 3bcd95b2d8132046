import numpy as np
import pytest
import torch

from dtlens.analysis.circuits.svd import singular_values
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from micro import micro_model
from models import random_model


def test_a_head_that_turns_the_reward_to_go_into_a_preference():
    """OV is 6 times (RTG direction) -> F-R; QK has the singular values 4 and 4, over sqrt(4)."""
    model = micro_model(width=4)
    model.W_rtg[1] = 5
    model.W_U[2, 2] = 1  # F-R is the third axis; R-L is 0
    block = model.blocks[0]
    block.W_V[1, 0], block.W_O[0, 2] = 3, -2
    block.W_Q[0, 0] = block.W_Q[1, 1] = 4
    block.W_K[0, 0] = block.W_K[2, 1] = 1
    table = singular_values(HookedDecisionTransformer(model)).set_index(["circuit", "rank"])
    np.testing.assert_allclose(table.loc["OV", "value"], [6, 0, 0, 0], atol=1e-6)
    assert table.loc[("OV", 1), ["effective_rank", "rtg", "F-R"]].tolist() == pytest.approx(
        [1, 1, 1]
    )
    np.testing.assert_allclose(table.loc["QK", "value"], [2, 2, 0, 0], atol=1e-6)
    assert table.loc[("QK", 1), ["effective_rank", "rtg"]].tolist() == pytest.approx([2, 0])


def test_every_head_of_every_layer():
    model = random_model(2, 1)
    table = singular_values(HookedDecisionTransformer(model))
    assert len(table) == 2 * 4 * 8
    block = model.blocks[1]
    expected = torch.linalg.svdvals(block.W_V[:, 8:] @ block.W_O[8:])[:8].detach()
    own = table[(table["circuit"] == "OV") & (table["head"] == "L1H1")]
    np.testing.assert_allclose(own["value"], expected, rtol=1e-4)
    assert own["effective_rank"].between(1, 8).all()
    empty = singular_values(HookedDecisionTransformer(random_model(0, 1)))
    assert empty.columns.equals(table.columns)
