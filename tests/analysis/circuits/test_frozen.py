import pytest

from dtlens.analysis.circuits.frozen import freeze_attention
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from micro import micro_model, set_input
from models import random_model


def frozen(model, scenes):
    windows = {rtg: scenes.windows(rtg) for rtg in (-1.0, 0.9)}
    return freeze_attention(HookedDecisionTransformer(model), windows)


def test_a_constant_pattern_is_its_own_mean(scenes):
    """Without keys attention is a half to each token in every scene: nothing can change."""
    model = random_model(2, 1)
    for block in model.blocks:
        block.W_K.data.zero_()
    table = frozen(model, scenes)
    assert table["rtg"].tolist() == [-1, 0.9]
    assert (table[["value", "high"]] == 1).all(axis=None) and (table["n"] == 110).all()


def test_a_head_frozen_by_hand(scenes):
    """The head writes its attention to the RTG token. It is a half, but nearly all with a goal in
    front: in 44 of 110 scenes, so that 0.7 is its mean. Forward is likeliest above 0.6: frozen, all
    of the scenes go forward, and 44 did before."""
    model = micro_model(encoding="one_hot")
    set_input(model, 3, 5, 8, 0.0, 1.0)  # the goal
    model.W_pos[0, 0] = 1  # the RTG token, which alone has a value and a key
    block = model.blocks[0]
    block.W_Q[1, 0] = 100
    block.W_K[0, 0] = block.W_V[0, 0] = block.W_O[0, 0] = 1
    model.W_U[0, 2], model.b_U[1] = 1, 0.6
    table = frozen(model, scenes)
    assert table["value"].tolist() == pytest.approx([44 / 110] * 2)
    assert (table["low"] < 0.4).all() and (table["high"] > 0.4).all()
