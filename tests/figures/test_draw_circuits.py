import numpy as np
import pandas as pd
import pytest

from dtlens.figures import attention, embeddings, neurons, paths
from dtlens.figures.maps import by_kind
from dtlens.figures.pairs import draw_pairs, request
from dtlens.figures.style import FRONT_COLOURS, HEAD_COLOURS, bars, new_figure


@pytest.fixture
def axes():
    _, (made,) = new_figure(1, 1, 4, 3)
    return made


def test_bars_reach_to_the_interval_and_never_backwards():
    rows = pd.DataFrame({"value": [1.0, 2.0], "low": [0.5, 2.1], "high": [1.2, 2.3]})
    np.testing.assert_allclose(bars(rows), [[0.5, 0], [0.2, 0.3]])


def test_attention_has_a_point_with_its_interval_for_each_object_and_head(axes):
    objects = ["empty", "wall", "goal"]
    rows = [(of, head, i + j / 10) for i, of in enumerate(objects) for j, head in enumerate("ab")]
    table = pd.DataFrame(rows, columns=["object", "head", "value"])
    attention.draw(table.assign(low=table["value"] - 0.1, high=table["value"] + 0.3), axes)
    a, b = axes.containers
    assert (a.get_label(), b.get_label()) == ("a", "b")
    assert b.lines[0].get_ydata().tolist() == pytest.approx([0.1, 1.1, 2.1])
    assert b.lines[0].get_xdata().tolist() == pytest.approx([0.1, 1.1, 2.1])
    assert b.lines[0].get_color() == HEAD_COLOURS[1]
    (ends,) = b.lines[2]
    np.testing.assert_allclose(ends.get_segments()[1][:, 1], [1.0, 1.4])
    assert [label.get_text() for label in axes.get_xticklabels()] == objects


def test_rtg_embedding_is_shown_over_its_null(axes):
    table = pd.DataFrame({"onto": ["F-R", "R-L"], "value": [1.13, -0.16]})
    embeddings.draw_rtg(table.assign(null_low=-0.2, null_high=0.3), axes)
    null = axes.patches[0]
    assert (null.get_y(), null.get_height()) == (-0.2, 0.5)
    points = next(line for line in axes.lines if line.get_label() == "RTG embedding")
    assert points.get_ydata().tolist() == [1.13, -0.16]
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels == ["forward - right\n+1.1", "right - left\n-0.16"]


def test_time_embedding_is_shown_over_the_share_of_steps(axes):
    table = pd.DataFrame({"t": [0, 1, 2], "value": [0.1, -0.2, 0.3], "share": [0.7, 0.2, 0.1]})
    embeddings.draw_time(table, axes)
    assert axes.lines[-1].get_xydata().tolist() == [[0, 0.1], [1, -0.2], [2, 0.3]]
    share = next(other for other in axes.figure.axes if other is not axes)
    heights = share.collections[0].get_paths()[0].vertices[:, 1]
    assert heights.max() == 0.7 and share.get_yscale() == "log"
    assert axes.get_zorder() > share.get_zorder()


def path_table():
    """Two heads' changes: 1 and -2 directly, 3 and 4 through the MLP."""
    changes = {("L0H0", "direct"): 1, ("L0H0", "L0MLP"): 3, ("L0H0", "all"): 9}
    changes |= {("L0H1", "direct"): -2, ("L0H1", "L0MLP"): 4, ("L0H1", "rest"): 9}
    rows = [(*key, "wall", value) for key, value in changes.items()]
    table = pd.DataFrame(rows, columns=["component", "path", "front", "value"])
    return table.assign(low=table["value"] - 0.5, high=table["value"] + 0.25)


def test_paths_show_what_goes_through_the_mlp_against_what_goes_directly(axes):
    paths.draw(path_table(), axes)
    points = [container.lines[0] for container in axes.containers]
    assert [point.get_xydata().tolist() for point in points] == [[[1, 3]], [[-2, 4]]]
    assert [point.get_marker() for point in points] == ["o", "s"]
    assert {point.get_color() for point in points} == {FRONT_COLOURS["wall"]}
    across, up = axes.containers[1].lines[2]
    np.testing.assert_allclose(across.get_segments()[0], [[-2.5, 4], [-1.75, 4]])
    np.testing.assert_allclose(up.get_segments()[0], [[-2, 3.5], [-2, 4.25]])
    assert set(axes.get_legend_handles_labels()[1]) == {"L0H0", "L0H1", "wall"}


def test_neurons_have_their_change_and_share_the_first_on_top(axes):
    table = pd.DataFrame({"layer": 0, "neuron": [7, 3], "value": [-2.0, 1], "share": [0.5, -0.25]})
    neurons.draw(table.assign(low=table["value"] - 0.5, high=table["value"] + 0.5), axes)
    assert [bar.get_width() for bar in axes.patches] == [-2, 1]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["L0N7 (50%)", "L0N3 (-25%)"]
    bottom, top = axes.get_ylim()
    assert bottom > top


def test_channels_and_objects_have_scales_of_their_own():
    maps = pd.DataFrame({"of": ["object", "wall", "state"], "value": [1, 2, 3]})
    per_unit, whole = by_kind(maps, "logits").values()
    assert per_unit["value"].tolist() == [1, 3] and whole["value"].tolist() == [2]
    assert list(by_kind(maps[1:2], "logits")) == ["logits, when put\ninto an unseen cell"]


def test_each_kind_of_pair_has_its_panel_and_the_legend_the_last():
    asked = [("rtg", 0.9), ("rtg", -1.0), ("front", -1.0), ("front", 0.0), ("front", 0.9)]
    table = pd.concat(path_table().assign(pair=kind, rtg=rtg) for kind, rtg in asked)
    *panels, last = draw_pairs(table, paths.draw).axes
    assert [panel.get_title().split()[-1] for panel in panels[:3]] == ["-1", "0", "0.9"]
    assert panels[3].get_title() == "asked for -1 rather than 0.9" == request(table, -1.0)
    assert panels[4].get_title() == "asked for 0.9 rather than -1"
    labels = [text.get_text() for text in last.get_legend().get_texts()]
    assert set(labels) == {"L0H0", "L0H1", "wall"} and not last.axison
