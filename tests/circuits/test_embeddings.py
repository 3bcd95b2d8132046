import numpy as np
import pytest
import torch

from dtlens.circuits.embeddings import rtg_projections, time_projections
from micro import micro_model


def preferring_model():
    """F-R is (3, 0, ..., 0) and R-L (0, 2, 0, ..., 0), in 64 dimensions."""
    model = micro_model(width=64)
    model.W_U[0, 2] = 3
    model.W_U[1] = torch.tensor([-2.0, 0.0, 0.0])
    return model


def test_an_aligned_embedding_beats_every_random_direction_and_an_orthogonal_one_none():
    model = preferring_model()
    model.W_rtg[0] = 0.5
    table = rtg_projections(model, 999, 1).set_index("onto")
    assert table.loc["F-R", ["value", "cosine", "p"]].tolist() == [1.5, 1, 0.001]
    assert table.loc["R-L", ["value", "cosine", "p"]].tolist() == [0, 0, 1]
    # A coordinate of a random direction in 64 dimensions: sd 1/8, nearly normal.
    assert table.loc["F-R", "null_high"] == pytest.approx(1.96 * 1.5 / 8, rel=0.1)
    assert table.loc["R-L", "null_low"] == pytest.approx(-1.96 * 1 / 8, rel=0.1)


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
