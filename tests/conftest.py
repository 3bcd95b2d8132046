"""Tests compute as stages do: on one thread, which is set before any library reads it."""

import gc

import dtlens.base.stage  # noqa: F401

import numpy as np
import pytest

from dtlens.analysis.behaviour.settings import Behaviour
from dtlens.analysis.scenes.bank import Scenes
from dtlens.env.dynamic_obstacles import build_scenes
from dtlens.env.settings import Environment
from models import random_model

gc.disable()  # until all is imported and collected, which all stays

# What takes longest comes first, so that no worker is left with it alone at the end; and before all
# what waits a lot, while which others work.
FIRST = (
    "test_engines.py",
    "test_slurm.py",
    "test_kills.py",
    "pipeline",
    "sharing",
    "app",
    "library",
)


def pytest_collection_modifyitems(items):
    def place(item):
        names = {item.path.parent.name, item.path.name}
        return next((i for i, name in enumerate(FIRST) if name in names), len(FIRST))

    items.sort(key=place)


def pytest_collection_finish():
    gc.freeze()  # else each look for garbage goes through all of it: half a second
    gc.enable()


@pytest.fixture(scope="session")
def environment():
    return Environment(id="MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=30)


@pytest.fixture(scope="session")
def scenes(environment):
    return Scenes(*build_scenes(environment, 22, range(10, 20), np.random.default_rng(1)))


@pytest.fixture(scope="session")
def settings():
    return Behaviour(
        seed=1,
        rtg=[-1, 0.9],
        episodes=20,
        sampled_episodes=5,
        ablation_episodes=10,
        reference_states=40,
        on_policy_episodes=10,
    )


@pytest.fixture
def model():
    """An untrained model whose weights are large enough for every part to matter."""
    return random_model(layers=1, context=1)
