import numpy as np
import pandas as pd
import pytest

from dtlens.figures import ablation, attribution, calibration, learning_curve, rtg_histogram
from dtlens.figures.style import FRONT_COLOURS, OUTCOME_COLOURS, new_figure


@pytest.fixture
def axes():
    _, (made,) = new_figure(1, 1, 4, 3)
    return made


def line(axes, label):
    return next(line for line in axes.lines if line.get_label() == label)


def test_learning_curve_shows_return_and_success(axes):
    table = pd.DataFrame({"step": [1000, 2000], "mean_return": [-1, 0.5], "success": [0, 0.7]})
    learning_curve.draw([table, table.assign(success=0.1)], axes)
    assert line(axes, "mean return").get_xydata().tolist() == [[1, -1], [2, 0.5]]
    assert line(axes, "share reaching goal").get_ydata().tolist() == [0, 0.7]
    assert axes.lines[3].get_ydata().tolist() == [0.1, 0.1]


def test_histogram_shows_both_shares(axes):
    bins = {"low": [-1.025, -0.975], "high": [-0.975, -0.925]}
    rtg_histogram.draw([pd.DataFrame({**bins, "episodes": [0.9, 0.1], "steps": [0.4, 0.6]})], axes)
    shares = {patch.get_label(): patch.get_data()[0].tolist() for patch in axes.patches}
    assert shares == {"share of episodes": [0.9, 0.1], "share of steps": [0.4, 0.6]}


@pytest.fixture
def calibration_table():
    shares = dict.fromkeys(OUTCOME_COLOURS, 0.25)
    means = {"mean_return": [-0.5, 0.5], "low": [-0.6, 0.4], "high": [-0.4, 0.6]}
    return pd.DataFrame({"rtg": [-1.0, 1.0], **means, **shares})


def test_calibration_curve_shows_the_ideal_the_mean_and_the_band(axes, calibration_table):
    calibration.draw_curve({"1L-16d-2h-1k-index-ours-r1-ours-s1": calibration_table}, axes)
    assert line(axes, "ideal").get_xydata().tolist() == [[-1, -1], [1, 1]]
    assert line(axes, "1L-16d-2h-1k-index-ours-r1-ours-s1").get_ydata().tolist() == [-0.5, 0.5]
    band = axes.collections[0].get_paths()[0].vertices
    assert (band[:, 1].min(), band[:, 1].max()) == (-0.6, 0.6)


def test_outcomes_stack_to_one(axes, calibration_table):
    calibration.draw_outcomes(calibration_table, axes)
    tops = [path.get_paths()[0].vertices[:, 1].max() for path in axes.collections]
    np.testing.assert_allclose(tops, [0.25, 0.5, 0.75, 1])


def test_ablation_shows_a_point_and_interval_for_each_component(axes):
    rows = [
        {"component": component, "event": event, "value": value, "low": value / 2, "high": 0.9}
        for component, value in (("whole", 0.2), ("L0H0", 0.4))
        for event in ("empty", "wall", "obstacle")
    ]
    ablation.draw(pd.DataFrame(rows), axes)
    whole, without = axes.containers
    assert (whole.get_label(), without.get_label()) == ("whole model", "without L0H0")
    assert without.lines[0].get_ydata().tolist() == [0.4] * 3
    (bars,) = without.lines[2]
    np.testing.assert_allclose([s[:, 1] for s in bars.get_segments()], [[0.2, 0.9]] * 3)


def test_attribution_writes_each_part_in_its_place(axes):
    rows = [
        {"component": component, "front": front, "value": 10 * i + j}
        for i, component in enumerate(("state", "L0H0", "whole"))
        for j, front in enumerate(reversed(FRONT_COLOURS))
    ]
    attribution.draw(pd.DataFrame(rows), axes)
    written = [text.get_text() for text in axes.texts]
    assert written[:5] == ["+4.00", "+3.00", "+2.00", "+1.00", "+0.00"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["state", "L0H0", "whole"]
    assert axes.get_xticklabels()[3].get_text() == "goal from top"
