"""Models small enough to work out by hand: every weight is 0 until a test sets it."""

import torch

from dtlens.model.cell import Cell
from dtlens.model.transformer import DecisionTransformer


def micro_model(encoding="index", layers=1, width=2, heads=1):
    cell = Cell(layers=layers, width=width, heads=heads, context=1, encoding=encoding, seed=1)
    model = DecisionTransformer(cell, 30).requires_grad_(False)
    for parameter in model.parameters():
        parameter.zero_()
    return model


def set_input(model, x, y, bit, *values):
    """The state embedding of one input: of one unit (index) or one bit (one_hot) of a cell."""
    cell = len(model.W_state) // 49
    model.W_state[(7 * x + y) * cell + bit] = torch.tensor(values)


def hand_model():
    """With o the front object: e = (o/2, 0), w = (0, 2), T = (1, 0), p_1 = (0, 1), b_Q = (0, 3)."""
    model = micro_model()
    set_input(model, 3, 5, 0, 0.5, 0.0)
    model.W_rtg[1] = 2
    model.W_time[:, 0] = 1
    model.W_pos[1, 1] = 1
    block = model.blocks[0]
    block.b_Q[1] = 3
    block.b_K[:] = 7
    for weight in (block.W_Q, block.W_K):
        weight.copy_(torch.eye(2))
    return model
