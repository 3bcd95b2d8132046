import pandas as pd
import pytest

from dtlens.figures import scan
from dtlens.figures.style import FRONT_COLOURS, new_figure


@pytest.fixture
def axes():
    _, (made,) = new_figure(1, 1, 4, 3)
    return made


@pytest.fixture
def table():
    """Values are 0.1 x the row's place among fronts, plus 0.5 at a request of 1."""
    parts = [("contribution", name) for name in ("state", "b_U", "L0H0", "whole")]
    rows = [
        (rtg, front, measure, component, 0.1 * i + 0.25 * (rtg + 1))
        for rtg in (-1.0, 1.0)
        for i, front in enumerate(FRONT_COLOURS)
        for measure, component in [*parts, ("attention", "L0H0"), ("probability", "forward")]
    ]
    return pd.DataFrame(rows, columns=["rtg", "front", "measure", "component", "value"])


def drawn(axes):
    """Each coloured line's points."""
    return {
        line.get_color(): line.get_xydata() for line in axes.lines if len(line.get_xdata()) == 2
    }


def test_contributions_show_what_moves_and_the_sum(axes, table):
    scan.draw_contributions(table[table["front"] == "wall"], axes)
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["state", "L0H0", "sum, all parts"]
    line = next(line for line in axes.lines if line.get_label() == "L0H0")
    assert line.get_xydata() == pytest.approx(pd.DataFrame([[-1, 0.1], [1, 0.6]]).to_numpy())


@pytest.mark.parametrize("draw", [scan.draw_attention, scan.draw_probability])
def test_each_front_has_its_line_in_its_colour(axes, table, draw):
    draw(table, axes)
    for i, colour in enumerate(FRONT_COLOURS.values()):
        points = [[-1, 0.1 * i], [1, 0.1 * i + 0.5]]
        assert drawn(axes)[colour] == pytest.approx(pd.DataFrame(points).to_numpy())
