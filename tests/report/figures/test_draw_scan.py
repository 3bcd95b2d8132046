import pandas as pd
import pytest

from dtlens.report.figures import scan
from dtlens.report.figures.style import COMPONENT_COLOURS, FRONT_COLOURS, new_figure


@pytest.fixture
def axes():
    _, (made,) = new_figure(1, 1, 4, 3)
    return made


@pytest.fixture
def table():
    """Values of model a are 0.1 x the row's place, plus 0.5 at a request of 1; b's are larger by
    0.2."""
    rows = [
        (rtg, front, component, cell, 0.1 * (i + j) + 0.25 * (rtg + 1) + 0.2 * (cell == "b"))
        for rtg in (-1.0, 1.0)
        for i, front in enumerate(FRONT_COLOURS)
        for j, component in enumerate(("state", "b_U", "obstacle head", "whole"))
        for cell in "ab"
    ]
    return pd.DataFrame(rows, columns=["rtg", "front", "component", "cell", "value"])


def test_contributions_show_what_moves_and_the_sum_of_each_model_and_their_mean(axes, table):
    scan.draw_contributions(table[table["front"] == "wall"], axes)
    of_head = [
        shown for shown in axes.lines if shown.get_color() == COMPONENT_COLOURS["obstacle head"]
    ]
    assert [shown.get_ydata().tolist() for shown in of_head] == [
        pytest.approx([0.3, 0.8]),
        pytest.approx([0.5, 1.0]),
        pytest.approx([0.4, 0.9]),
    ]
    a, _, mean = of_head
    assert mean.get_label() == "obstacle head" and mean.get_linewidth() > a.get_linewidth()
    labels = axes.get_legend_handles_labels()[1]
    assert "b_U" not in labels and {"state", "whole"} <= set(labels)


def test_each_front_has_its_line_in_its_colour(axes, table):
    scan.draw_fronts(table[table["component"] == "state"], axes)
    for i, (front, colour) in enumerate(FRONT_COLOURS.items()):
        mean = next(s for s in axes.lines if s.get_label() == front.replace("_", " "))
        assert mean.get_color() == colour
        assert mean.get_xdata().tolist() == [-1, 1]
        assert mean.get_ydata().tolist() == pytest.approx([0.1 * i + 0.1, 0.1 * i + 0.6])
