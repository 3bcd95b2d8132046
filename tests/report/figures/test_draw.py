import numpy as np
import pandas as pd
import pytest

from dtlens.report.figures import agents, calibration
from dtlens.report.figures.style import new_figure


@pytest.fixture
def axes():
    _, (made,) = new_figure(1, 1, 4, 3)
    return made


def line(axes, label):
    return next(line for line in axes.lines if line.get_label() == label)


def test_learning_curve_shows_return_and_success(axes):
    table = pd.DataFrame({"step": [1000, 2000], "mean_return": [-1, 0.5], "success": [0, 0.7]})
    agents.draw_learning([table, table.assign(success=0.1)], axes)
    assert line(axes, "mean return").get_xydata().tolist() == [[1, -1], [2, 0.5]]
    assert line(axes, "goals").get_ydata().tolist() == [0, 0.7]
    assert axes.lines[3].get_ydata().tolist() == [0.1, 0.1]


def test_histogram_shows_both_shares(axes):
    bins = {"low": [-1.025, -0.975], "high": [-0.975, -0.925]}
    agents.draw_returns([pd.DataFrame({**bins, "episodes": [0.9, 0.1], "steps": [0.4, 0.6]})], axes)
    shares = {patch.get_label(): patch.get_data()[0].tolist() for patch in axes.patches}
    assert shares == {"share of episodes": [0.9, 0.1], "share of steps": [0.4, 0.6]}


def calibration_table(returns):
    return pd.DataFrame({"rtg": [-1.0, 1.0], "mean_return": returns})


def test_calibration_has_a_line_for_each_model_and_thinner_dashed_ones_for_sampled_play(axes):
    greedy = {"a": calibration_table([-1, 0.9]), "b": calibration_table([-0.8, 1])}
    calibration.draw_curve(greedy, {"a": calibration_table([-0.9, 0.5])}, axes, "red")
    assert line(axes, "ideal").get_xydata().tolist() == [[-1, -1], [1, 1]]
    curves = [shown for shown in axes.lines if shown.get_color() == "red"]
    assert [shown.get_ydata().tolist() for shown in curves] == [[-0.9, 0.5], [-1, 0.9], [-0.8, 1]]
    assert [shown.get_linestyle() for shown in curves] == ["--", "-", "-"]
    assert curves[0].get_linewidth() < curves[1].get_linewidth()
    assert line(axes, "sampled actions").get_linestyle() == "--"


def test_what_the_data_hardly_holds_is_shaded(axes):
    bins = {"low": [-1.0, 0.0, 0.5], "high": [0.0, 0.5, 1.0]}
    runs = [pd.DataFrame(bins | {"steps": steps}) for steps in ([0.4, 0.0, 0.6], [0.4, 0.1, 0.5])]
    calibration.shade_unseen(runs[:1], axes)
    calibration.shade_unseen(runs, axes)
    (tops, edges, bottom), both = (patch.get_data() for patch in axes.patches)
    assert edges.tolist() == [-1, 0, 0.5, 1]
    assert (tops > bottom).tolist() == [False, True, False]
    assert (both[0] == both[2]).all()


def test_outcomes_are_means_over_models_and_stack_to_one(axes):
    table = pd.DataFrame({"rtg": [-1.0, 1.0] * 2, "goal": [0.1, 0.5, 0.3, 0.5], "obstacle": 0.1})
    calibration.draw_outcomes(table.assign(wall=0.1, time_out=[0.7, 0.3, 0.5, 0.3]), axes)
    tops = [path.get_paths()[0].vertices[:, 1] for path in axes.collections]
    np.testing.assert_allclose([top.max() for top in tops], [0.5, 0.6, 0.7, 1])
    assert 0.2 in tops[0].round(6)


def test_the_distance_from_the_target_is_told_of_both_ways_to_play(axes):
    def table(*returns):
        return pd.DataFrame({"rtg": [0.0, 0.2, 0.9, 1.0], "mean_return": [5.0, *returns, 5.0]})

    greedy = {"a": table(0.5, 0.9), "b": table(0.2, 1.5)}
    calibration.draw_curve(greedy, {"a": table(0.2, 1.3)}, axes, "red")
    (said,) = [text.get_text() for text in axes.texts]
    assert said == "rms, 0.2 to 0.9:\nlikeliest 0.21 to 0.42\nsampled 0.28"
