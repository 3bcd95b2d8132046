import numpy as np
import pandas as pd
import pytest

from dtlens.model.cell import Cell
from dtlens.play.calibration_error import calibration_error, held_rtg
from dtlens.report.grid import cell_row

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
