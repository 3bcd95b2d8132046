import figure_tables as tables
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from dtlens.report.claims.listed import CLAIMS
from dtlens.report.figures import claims
from dtlens.report.figures.arms import COLOURS
from dtlens.report.figures.style import new_figure


def statement(**more):
    values = {"arm": ["post", "study", "study", "study"], "value": [4.0, 2.0, 6.0, np.nan]}
    return pd.DataFrame(values | {"holds": [1.0, 0, 1, 0], "above": 3.0, "below": np.inf} | more)


@pytest.fixture
def axes():
    return claims.draw(statement(), new_figure(1, 1, 4, 1)[1][0])


def test_each_arm_has_a_lane_and_each_model_a_point_filled_where_it_holds(axes):
    points = [
        (line.get_xdata()[0], line.get_ydata()[0], to_rgba(line.get_markerfacecolor()))
        for line in axes.lines
        if len(line.get_xdata()) and line.get_marker() != "x"
    ]
    assert points == [
        (4, 0, to_rgba(COLOURS["post"])),
        (6, 1, to_rgba(COLOURS["study"])),
        (2, 1, to_rgba("white")),
    ]


def test_the_scale_holds_all_values_and_bounds_and_what_is_allowed_is_shaded(axes):
    start, end = axes.get_xlim()
    assert start == pytest.approx(2 - 0.06 * 4) and end == pytest.approx(6 + 0.06 * 4)
    (shaded,) = axes.patches
    assert (shaded.get_x(), shaded.get_x() + shaded.get_width()) == (3, pytest.approx(end))
    assert [text.get_text() for text in axes.texts] == ["3"]


def test_a_model_without_a_number_has_a_cross_within_the_axes(axes):
    (cross,) = [line for line in axes.lines if line.get_marker() == "x" and len(line.get_xdata())]
    assert axes.get_xlim()[0] < cross.get_xdata()[0] < 2


def test_one_value_alone_has_a_scale():
    same = statement(value=3.0, above=-np.inf)
    assert claims.scale(same) == pytest.approx((2.94, 3.06))


def test_the_page_has_a_row_for_each_statement_of_the_claims_that_count():
    table = tables.measures()
    figure = claims.page(table.assign(holds=1.0), CLAIMS)
    assert [panel.get_ylabel() for panel in figure.axes] == ["4  return told 0.9", "9  change"]
    own = [line.get_xdata().tolist() for line in figure.axes[0].lines if len(line.get_xdata())]
    assert own == [[2], [0, 1]]  # the re-trained model has none
