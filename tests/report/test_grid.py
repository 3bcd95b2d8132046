import itertools

import numpy as np
import pandas as pd
import pytest

from dtlens.model.cell import Cell
from dtlens.play.calibration_error import calibration_error, held_rtg
from dtlens.report.grid import cell_row, effects, measures

CELL = Cell(layers=1, width=16, heads=2, context=3, encoding="index", seed=4)


def test_calibration_error_by_hand():
    table = pd.DataFrame({"rtg": [-1.0, 0.0, 1.0], "mean_return": [-1.0, 0.3, 0.6]})
    assert calibration_error(table) == pytest.approx(np.sqrt((0.09 + 0.16) / 3))


def test_requests_that_the_data_holds_have_a_hundredth_of_the_steps():
    histogram = pd.DataFrame(
        {
            "low": [-1.025, -0.025, 0.875],
            "high": [-0.975, 0.025, 0.925],
            "steps": [0.01, 0.009, 0.9],
        }
    )
    np.testing.assert_allclose(held_rtg(histogram), [-1, 0.9])


def test_a_cells_row():
    training = pd.DataFrame(
        {
            "predictions": [5, 9],
            "loss": [2, 1],
            "held_out_loss": [3, 2],
            "held_out_accuracy": [0, 1],
        }
    )
    calibration = pd.DataFrame(
        {
            "rtg": [-1.0, 0.0, 0.9],
            "mean_return": [-1.0, 0.4, 0.6],
            "low": [-1.0, 0.3, 0.5],
            "high": [-1.0, 0.5, 0.7],
            "sd": [0.0, 1.0, 1.0],
            "episodes": 10000,
            "goal": [0.0, 0.5, 0.75],
        }
    )
    histogram = pd.DataFrame({"low": [-1.025, -0.025], "high": [-0.975, 0.025], "steps": 0.5})
    row = cell_row(CELL, training, calibration, histogram, [-1, 0, 0.9], np.random.default_rng(0))
    assert row["cell"] == "1L-16d-2h-3k-index-s4" and row["context"] == 3
    assert (row["predictions"], row["loss"], row["held_out_accuracy"]) == (9, 1, 1)
    assert row["error"] == pytest.approx(np.sqrt((0.16 + 0.09) / 3))
    assert row["error_on_data"] == pytest.approx(np.sqrt(0.16 / 2))
    # Standard errors of 0.01: the interval is +- 1.96 * 0.01 * 0.4 / (0.283 * 2) about the error.
    half = 1.96 * 0.01 * 0.4 / (2 * np.sqrt(0.08))
    assert row["error_on_data_low"] == pytest.approx(np.sqrt(0.08) - half, abs=1e-3)
    assert row["error_on_data_high"] == pytest.approx(np.sqrt(0.08) + half, abs=1e-3)
    assert (row["return_at_0"], row["return_at_0_low"], row["goal_at_0.9"]) == (0.4, 0.3, 0.75)


def test_effects_are_paired_differences():
    """The error falls by 0.1 a layer and 0.01 a doubling of the width, and is 1 without layers."""
    levels = itertools.product([0, 1, 2], [32, 64], [2, 4], [1, 3])
    grid = pd.DataFrame(levels, columns=["layers", "width", "heads", "context"])
    error = 0.9 - 0.1 * grid["layers"] - 0.01 * (grid["width"] / 32)
    grid = grid.assign(error=error.where(grid["layers"] > 0, 1.0), error_low=0.0, loss=2.0)
    assert measures(grid) == ["error"]
    table = effects(grid, np.random.default_rng(0))
    changes = table[table["measure"] == "error"].set_index(["dimension", "from", "to"])
    assert changes.loc[("layers", 1, 2), "change"] == pytest.approx(-0.1)
    assert changes.loc[("layers", 0, 1), "change"] == pytest.approx(-0.215)
    assert changes.loc[("layers", 0, 1), "low"] < -0.215 < changes.loc[("layers", 0, 1), "high"]
    assert changes.loc[("width", 32, 64), "change"] == pytest.approx(-0.01)
    assert changes.loc[("heads", 2, 4), "change"] == pytest.approx(0)
    assert changes["pairs"].tolist() == [4, 4, 8, 8, 8]  # along layers, over heads
