"""Untrained models for the tests of the analyses."""

import torch

from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer, beside_untrained
from dtlens.model.cell import Cell
from dtlens.model.transformer import DecisionTransformer


def random_model(layers, context, encoding="one_hot"):
    cell = Cell(layers=layers, width=16, heads=2, context=context, encoding=encoding, seed=1)
    model = DecisionTransformer(cell, 30)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.3, generator=generator)
    return model


def micro_model():
    """Its preference for forward is 0.5 rtg, and 1.5 rtg more where the rtg is above 0.

    Attention is uniform. Head 0 copies half the rtg to axis 1; neuron 0 reads this and writes
    three times as much to axis 2; forward is the sum of both.
    """
    cell = Cell(layers=1, width=4, heads=2, context=1, encoding="index", seed=1)
    model = DecisionTransformer(cell, 30)
    block = model.blocks[0]
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
        model.W_rtg[0] = 1
        block.W_V[0, 0] = 1
        block.W_O[0, 1] = 1
        block.W_in[1, 0] = 1
        block.W_out[0, 2] = 3
        model.W_U[1:3, 2] = 1
    return model


def with_null(model):
    """The model, hooked, and an untrained one."""
    return beside_untrained(HookedDecisionTransformer(model))
