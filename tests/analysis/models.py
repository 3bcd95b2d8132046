"""Untrained models for the tests of the analyses."""

import torch

from dtlens.cells import Cell
from dtlens.model import DecisionTransformer


def random_model(layers, context, encoding="one_hot"):
    cell = Cell(layers=layers, width=16, heads=2, context=context, encoding=encoding, seed=1)
    model = DecisionTransformer(cell, 30)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.3, generator=generator)
    return model
