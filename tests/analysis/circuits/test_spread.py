import numpy as np
import pandas as pd
import pytest

from dtlens.analysis.circuits.spread import off_front, spread
from dtlens.analysis.scenes.bank import Scenes
from micro import micro_model, set_input
from models import random_model


def two_scenes():
    """An empty cell and an obstacle in front, and at [5, 3] the object indices 0 and 4."""
    views = np.zeros((2, 7, 7, 3), np.uint8)
    views[:, 3, 5, 0] = 1, 6
    views[:, 3, 5, 1] = 0, 2
    views[:, 5, 3, 0] = 0, 4
    return Scenes(pd.DataFrame({"t": [0, 0]}), views)


def test_the_share_off_the_front_cell_by_hand():
    """The front cell adds 1 and 6 - 2 = 4, the other one 0 and 4: the parts of the variance are
    3^2 and 4^2. A cell's channels are summed first, and what is not read along F-R does not count.
    """
    model = micro_model()
    model.W_U[0, 2] = 1
    set_input(model, 3, 5, 0, 1.0, 9.0)
    set_input(model, 3, 5, 1, -1.0, 0.0)
    set_input(model, 5, 3, 0, 1.0, 0.0)
    assert off_front(model, two_scenes().windows(0.0)) == pytest.approx(16 / 25)
    set_input(model, 5, 3, 0, 0.0, 5.0)
    assert off_front(model, two_scenes().windows(0.0)) == 0


@pytest.mark.parametrize("encoding", ["index", "one_hot"])
def test_untrained_models_are_a_null_for_untrained_weights(scenes, encoding):
    """Their scale makes no difference; a model that reads the front cell alone is at 0."""
    model = random_model(1, 1, encoding).requires_grad_(False)
    row = spread(model, scenes.windows(0.9), 10).iloc[0]
    assert row["n"] == 10 and 0.8 < row["ratio"] < 1.2
    assert row["ratio"] == pytest.approx(row["value"] / row["null"])
    assert row["ratio_low"] < row["ratio"] < row["ratio_high"]
    cell = len(model.W_state) // 49
    front = model.W_state[(7 * 3 + 5) * cell :][:cell].clone()
    model.W_state.zero_()
    model.W_state[(7 * 3 + 5) * cell :][:cell] = front
    alone = spread(model, scenes.windows(0.9), 10).iloc[0]
    assert alone["value"] == pytest.approx(0, abs=1e-6) and alone["null"] == row["null"]
