import itertools

import numpy as np
import pandas as pd
import pytest

from dtlens.report.figures.grid import draw_cells
from dtlens.report.figures.style import LAYER_COLOURS, new_figure


@pytest.fixture
def axes():
    _, (made,) = new_figure(1, 1, 4, 3)
    return made


def with_interval(table):
    table = table.assign(context=table.get("context", 1))
    return table.assign(error_low=table["error"] - 0.1, error_high=table["error"] + 0.2)


def test_a_point_with_its_interval_for_every_cell(axes):
    levels = itertools.product([0, 1], [32, 64, 128], [2, 4])
    cells = pd.DataFrame(levels, columns=["layers", "width", "heads"])
    draw_cells(with_interval(cells.assign(error=np.arange(12) / 10)), "error", axes)
    labels = [container.get_label() for container in axes.containers]
    assert labels == [f"layers {layers}, heads {heads}" for layers in (0, 1) for heads in (2, 4)]
    last = axes.containers[-1]
    assert last.lines[0].get_ydata().tolist() == pytest.approx([0.7, 0.9, 1.1])
    assert last.lines[0].get_color() == LAYER_COLOURS[1]
    segments = np.array(last.lines[2][0].get_segments())
    np.testing.assert_allclose(segments[0, :, 1], [0.6, 0.9])
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["32", "64", "128"]


def test_the_studys_cell_has_a_ring(axes):
    levels = itertools.product([0, 1], [32, 128], [2, 4])
    cells = pd.DataFrame(levels, columns=["layers", "width", "heads"])
    cells = with_interval(cells.assign(error=np.arange(8) / 10, context=1))
    draw_cells(cells, "error", axes)
    (ring,) = [line for line in axes.lines if line.get_label() == "the study's cell"]
    own = axes.containers[2].lines[0].get_xydata()[1]  # 1 layer, 2 heads: width 128
    assert ring.get_xydata()[0].tolist() == own.tolist() == pytest.approx([1.1, 0.6])
    _, (other,) = new_figure(1, 1, 4, 3)
    draw_cells(cells.assign(context=3), "error", other)
    assert "the study's cell" not in [line.get_label() for line in other.lines]


def test_many_values_have_a_look_of_their_own_and_seeds_stand_together(axes):
    levels = itertools.product([1, 3, 5], [16], [1, 2, 4, 8], [0, 1])
    cells = pd.DataFrame(levels, columns=["layers", "width", "heads", "seed"])
    draw_cells(with_interval(cells.assign(error=np.arange(24) / 10)), "error", axes)
    lines = [container.lines[0] for container in axes.containers]
    assert len({(line.get_color(), line.get_marker()) for line in lines}) == 12
    assert all(len(set(line.get_xdata())) == 1 and len(line.get_ydata()) == 2 for line in lines)
