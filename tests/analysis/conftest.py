import numpy as np
import pytest
import torch

from dtlens.cells import Cell
from dtlens.model import DecisionTransformer
from dtlens.params import Behaviour, Environment
from dtlens.scenes import build_scenes


@pytest.fixture(scope="session")
def environment():
    return Environment(id="MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=30)


@pytest.fixture(scope="session")
def scenes(environment):
    return build_scenes(environment, 22, range(10, 20), np.random.default_rng(1))


@pytest.fixture(scope="session")
def settings():
    return Behaviour(seed=1, rtg=[-1, 0.9], episodes=20, ablation_episodes=10, reference_states=40)


@pytest.fixture
def model():
    """An untrained model whose weights are large enough for every part to matter."""
    return random_model(layers=1, context=1)


def random_model(layers, context, encoding="one_hot"):
    cell = Cell(layers=layers, width=16, heads=2, context=context, encoding=encoding, seed=1)
    model = DecisionTransformer(cell, 30)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.3, generator=generator)
    return model
