import figure_tables as tables
import numpy as np
import pandas as pd
import pytest
from figure_tables import HEADS, chosen

from dtlens.report.figures import ablation, attention, attribution, paths
from dtlens.report.figures.arms import pooled
from dtlens.report.figures.maps import by_kind
from dtlens.report.figures.style import bars, new_figure


@pytest.fixture
def axes():
    _, (made,) = new_figure(1, 1, 4, 3)
    return made


def means(axes, label):
    return next(line for line in axes.lines if line.get_label() == label).get_ydata().tolist()


def test_bars_reach_to_the_interval_and_never_backwards():
    rows = pd.DataFrame({"value": [1.0, 2.0], "low": [0.5, 2.1], "high": [1.2, 2.3]})
    np.testing.assert_allclose(bars(rows), [[0.5, 0], [0.2, 0.3]])


def test_attribution_has_the_components_that_differ_by_front_and_the_sum(axes):
    table = tables.attribution()
    both = pooled(tables.two_models(table[table["rtg"] == 0.9]))
    attribution.draw(both, axes)
    expected = [value + 50 for value in chosen(table, rtg=0.9, component="obstacle head")]
    assert means(axes, "obstacle head") == expected
    labels = axes.get_legend_handles_labels()[1]
    assert labels == ["state", *HEADS, "MLP", "whole"]


def test_attention_shows_changes_for_what_can_be_in_front(axes):
    table = tables.attention()
    shown = table[(table["rtg"] == 0.9) & (table["measure"] == "circuit")]
    attention.draw(shown.assign(cell="a"), axes)
    values = chosen(shown, head="other head")
    assert means(axes, "other head") == [-value for value in values[1:]]
    assert [label.get_text() for label in axes.get_xticklabels()] == [
        *("wall", "obstacle", "goal\nfrom top", "goal\nfrom left")
    ]


def test_ablation_is_by_zero_of_both_halves_of_the_scenes(axes):
    table = tables.ablation()
    shown = table[table["rtg"] == -1.0]
    ablation.draw(shown.assign(cell="a"), axes)
    for name, where in (
        ("both heads", {"ablated": "both heads", "reference": "zero"}),
        ("whole", {"ablated": "none"}),
    ):
        halves = [chosen(shown, evidence=half, **where) for half in ("choosing", "testing")]
        assert means(axes, name) == np.mean(halves, axis=0)[1:].tolist()
    assert len(axes.get_xticks()) == 4


def test_paths_show_the_share_through_the_mlp_alone(axes):
    table = tables.paths()
    table = table[
        (table["pair"] == "rtg")
        & (table["rtg"] == 0.9)
        & (table["measure"] == "probability")
        & (table["weights"] == "trained")
    ]
    paths.draw(table.assign(cell="a"), axes)
    expected = [value / 1000 for value in chosen(table, component="obstacle head", path="MLP")]
    assert means(axes, "obstacle head") == pytest.approx(expected)
    shaded = axes.patches[0]
    assert (shaded.get_y(), shaded.get_height()) == (0, 1)


def test_channels_and_objects_have_scales_of_their_own():
    maps = pd.DataFrame({"of": ["object", "wall", "state"], "value": [1, 2, 3]})
    per_unit, whole = by_kind(maps, "logits").values()
    assert per_unit["value"].tolist() == [1, 3] and whole["value"].tolist() == [2]
    assert list(by_kind(maps[1:2], "logits")) == ["logits, when put\ninto an unseen cell"]
