import figure_tables as tables
import pytest
from figure_tables import NAMES, RTGS, chosen

from dtlens.report.figures import (
    ablation,
    attention,
    attribution,
    calibration,
    maps,
    paths,
    scan,
)
from dtlens.report.figures.style import PREFERENCE

TITLES = ["replica\n(2 models)", "our recipe, index\n(1 model)"]


def titles(figure):
    return [panel.get_title() for panel in figure.axes]


def labels(figure):
    (legend,) = figure.legends
    return [text.get_text() for text in legend.get_texts()]


def means(axes, label):
    return next(line for line in axes.lines if line.get_label() == label)


def sides(figure, columns=2):
    """What is said beside each row."""
    return [panel.get_ylabel() for panel in figure.axes[::columns]]


def test_calibration_has_curves_above_and_outcomes_below_for_each_arm():
    table = tables.calibration()
    greedy = {"study": dict.fromkeys(NAMES, table), "index": {NAMES[0]: table}}
    histograms = {"study": [tables.rtg_histogram().assign(steps=[0.005, 0.995])]}
    figure = calibration.page(greedy, {"study": {NAMES[0]: table}}, histograms)
    assert titles(figure) == [*TITLES, "", ""]
    study, index, *below = figure.axes
    assert len(study.patches) == 1 and not index.patches
    counts = [sum(len(line.get_xdata()) > 0 for line in panel.lines) for panel in (study, index)]
    assert counts == [1 + 1 + 2, 1 + 1]  # ideal, sampled, likeliest
    assert [len(panel.collections) for panel in below] == [4, 4]
    assert {"goal", "time out", "likeliest action", "sampled actions", "ideal"} <= set(
        labels(figure)
    )


@pytest.mark.parametrize(
    ("page", "sides_are"),
    [
        (attribution, ["RTG -1\nlogits", "RTG 0.9\nlogits"]),
        (ablation, ["told -1\nP(forward)", "told 0.9\nP(forward)"]),
    ],
    ids=["parts", "without"],
)
def test_a_row_for_each_reward_to_go_and_a_column_for_each_arm(page, sides_are):
    table = getattr(tables, page.__name__.rpartition(".")[2])()
    figure = page.page(tables.arms(table))
    assert titles(figure) == [*TITLES, "", ""]
    assert sides(figure) == sides_are
    for row, rtg in enumerate(RTGS):
        if page is ablation:
            where = {"rtg": rtg, "ablated": "MLP", "reference": "zero"}
            halves = [chosen(table, evidence=half, **where) for half in ("choosing", "testing")]
            values = [(one + other) / 2 for one, other in zip(*halves, strict=True)][1:]
        else:
            values = chosen(table, rtg=rtg, component="MLP")
        study, index = figure.axes[2 * row : 2 * row + 2]
        assert means(index, "MLP").get_ydata().tolist() == values
        assert means(study, "MLP").get_ydata().tolist() == [value + 50 for value in values]


def test_scan_has_contributions_by_front_then_probability_then_each_heads_attention():
    table = tables.scan()
    figure = scan.page(tables.arms(table))
    assert titles(figure)[:2] == TITLES
    assert sides(figure) == [
        "obstacle\nin front: logits",
        "goal from top\nin front: logits",
        "wall\nin front: logits",
        "P(forward)",
        "obstacle head:\nattention to RTG",
        "other head:\nattention to RTG",
    ]
    shown = {"front": "wall", "component": "obstacle head"}
    part = means(figure.axes[5], "obstacle head").get_ydata().tolist()
    assert part == chosen(table, measure="contribution", **shown)
    attended = means(figure.axes[9], "wall").get_ydata().tolist()
    assert attended == chosen(table, measure="attention", **shown)
    probable = means(figure.axes[7], "goal from left").get_ydata().tolist()
    assert probable == chosen(table, measure="probability", front="goal_from_left")


def test_state_maps_show_forward_against_right_in_their_units():
    table = tables.maps()
    figure = maps.state_page(tables.arms(table))
    *panels, channels, objects, spread = figure.axes
    assert [panel.get_title() for panel in panels if panel.get_visible()] == [
        *("object", "", "goal", ""),
        *("object", "cell", "", ""),
    ]
    assert [panel.get_ylabel() for panel in panels[::2]] == TITLES * 3
    scales = [bar.get_ylabel() for bar in (channels, objects, spread)]
    assert [scale.splitlines()[0] for scale in scales] == [
        "logits per unit",
        "logits, when put",
        "logits, spread",
    ]
    shown = chosen(table, circuit="embedding", measure="weight", onto="F-R", of="object")
    study, _, index, _ = panels[:4]
    assert index.images[0].get_array()[2, 1] == shown[7 * 1 + 2]  # y, x of rows by x, y
    assert study.images[0].get_array()[2, 1] == shown[7 * 1 + 2] + 50
    assert PREFERENCE in figure.get_suptitle()


def test_qk_maps_are_of_the_highest_reward_to_go_and_ov_maps_of_forward_against_right():
    table = tables.maps()
    figure = maps.qk_page(tables.arms(table))
    assert "gradient at reward-to-go 0.9" in figure.get_suptitle()
    rows = [f"{title}\n{head}" for title in TITLES for head in ("obstacle head", "other head")]
    assert [panel.get_ylabel() for panel in figure.axes[:4]] == rows
    shown = chosen(table, measure="gradient", rtg=0.9, head="other head", of="object")
    assert figure.axes[3].images[0].get_array()[2, 1] == shown[7 * 1 + 2]
    figure = maps.ov_page(tables.arms(table))
    assert [panel.get_ylabel() for panel in figure.axes[:4]] == rows
    shown = chosen(table, circuit="OV", onto="F-R", head="obstacle head")
    assert figure.axes[2].images[0].get_array()[2, 1] == shown[7 * 1 + 2]


def test_attention_has_a_row_for_each_measure_at_the_highest_reward_to_go():
    table = tables.attention()
    figure = attention.page(tables.arms(table))
    assert titles(figure)[:2] == TITLES and "at RTG 0.9" in figure.get_suptitle()
    for row, measure in enumerate(("circuit", "score", "attention")):
        values = chosen(table, rtg=0.9, measure=measure, head="obstacle head")[1:]
        shown = means(figure.axes[2 * row + 1], "obstacle head").get_ydata().tolist()
        assert shown == [-value for value in values]
    assert labels(figure) == ["obstacle head", "other head"]


def test_paths_have_a_row_for_each_kind_of_pair_in_logits():
    table = tables.paths()
    figure = paths.page(tables.arms(table))
    assert titles(figure)[:2] == TITLES
    assert [side.splitlines()[0] for side in sides(figure)] == [
        *("told -1", "told 0.9"),
        *("something in front", "something in front"),
    ]
    place = {"measure": "logit_difference", "weights": "trained", "component": "other head"}
    place |= {"path": "MLP", "pair": "front", "rtg": -1.0}
    expected = [value / 1000 for value in chosen(table, **place)]
    assert means(figure.axes[5], "other head").get_ydata().tolist() == pytest.approx(expected)
