import figure_tables as tables
import numpy as np
import pandas as pd
import pytest
from figure_tables import HEADS, NAMES, chosen

from dtlens.env.dynamic_obstacles import FRONTS
from dtlens.report.figures import ablation, attention, attribution, embeddings, paths
from dtlens.report.figures.arms import pooled
from dtlens.report.figures.maps import by_kind
from dtlens.report.figures.pairs import contrast, in_logits, kinds, of_kind
from dtlens.report.figures.style import COMPONENT_COLOURS, bars, new_figure


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


def test_ablation_is_of_both_halves_of_the_scenes_with_a_marker_for_each_reference(axes):
    table = tables.ablation()
    shown = table[table["rtg"] == -1.0]
    ablation.draw(shown.assign(cell="a"), axes)
    halves = [
        chosen(shown, ablated="both heads", reference="mean", evidence=half)
        for half in ("choosing", "testing")
    ]
    assert means(axes, "both heads") == np.mean(halves, axis=0).tolist()
    whole = [chosen(shown, ablated="none", evidence=half) for half in ("choosing", "testing")]
    assert means(axes, "whole") == np.mean(whole, axis=0).tolist()
    colour = COMPONENT_COLOURS["MLP"]
    markers = [line.get_marker() for line in axes.lines if line.get_color() == colour]
    assert markers == [".", "_", "x", "^"]
    dashes = next(
        line for line in axes.lines if line.get_marker() == "x" and line.get_color() == colour
    )
    halves = [
        chosen(shown, ablated="MLP", reference="zero", evidence=half)
        for half in ("choosing", "testing")
    ]
    assert dashes.get_ydata().tolist() == np.mean(halves, axis=0).tolist()


def test_the_rtg_embedding_is_shown_raw_over_its_null_and_through_heads(axes):
    table = tables.rtg_embedding()
    embeddings.draw_rtg({"study": tables.two_models(table), "index": {NAMES[0]: table}}, axes)
    # F-R raw, through both heads, and R-L raw are rows 0, 1, 2 and 3.
    assert means(axes, "the study's recipe (2 models)") == [50, 51, 52, 53]
    assert means(axes, "our recipe, index (1 model)") == [0, 1, 2, 3]
    nulls = [(bar.get_y(), bar.get_height()) for bar in axes.patches]
    assert (nulls[0], nulls[3]) == ((-0.5, 1), (-0.5, 1)) and np.isnan(nulls[1]).all()


def test_the_time_embedding_is_shown_where_training_had_steps(axes):
    table = tables.time_embedding()
    embeddings.draw_time({"study": tables.two_models(table)}, axes)
    first, second, mean = [line for line in axes.lines if len(line.get_xdata()) == 2][-3:]
    assert first.get_xydata().tolist() == [[0, 0], [1, 2]]  # t = 2 has a ten thousandth of them
    assert second.get_ydata().tolist() == [100, 102] and mean.get_ydata().tolist() == [50, 52]
    share = next(other for other in axes.figure.axes if other is not axes)
    assert share.lines[0].get_ydata().tolist() == [0.5, 0.4] and share.get_yscale() == "log"


def test_paths_show_the_share_through_the_mlp_alone(axes):
    table = of_kind(tables.paths(), ("rtg", 0.9))
    table = table[(table["measure"] == "probability") & (table["weights"] == "trained")]
    paths.draw(table.assign(cell="a"), axes)
    expected = [value / 1000 for value in chosen(table, component="obstacle head", path="MLP")]
    assert means(axes, "obstacle head") == pytest.approx(expected)
    shaded = axes.patches[0]
    assert (shaded.get_y(), shaded.get_height()) == (0.5, 0.5)


def test_channels_and_objects_have_scales_of_their_own():
    maps = pd.DataFrame({"of": ["object", "wall", "state"], "value": [1, 2, 3]})
    per_unit, whole = by_kind(maps, "logits").values()
    assert per_unit["value"].tolist() == [1, 3] and whole["value"].tolist() == [2]
    assert list(by_kind(maps[1:2], "logits")) == ["logits, when put\ninto an unseen cell"]


def test_each_kind_of_pair_says_what_its_pairs_differ_in():
    arms = in_logits(tables.arms(tables.patching()))
    assert {m for models in arms.values() for t in models.values() for m in t["measure"]} == {
        "logit_difference"
    }
    found = kinds(arms)
    assert found == [("rtg", 0.9), ("rtg", -1.0), ("front", 0.9), ("front", -1.0)]
    assert contrast(("rtg", 0.9), found) == "RTG 0.9\nrather than -1"
    assert contrast(("rtg", -1.0), found) == "RTG -1\nrather than 0.9"
    assert contrast(("front", 0.9), found) == "an object in front\nor none, RTG 0.9"
    assert len(of_kind(tables.paths(), found[0])) == len(FRONTS) * 2 * 2 * 2 * 2
