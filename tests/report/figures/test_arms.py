import figure_tables as tables
import pandas as pd
import pytest
from figure_tables import NAMES

from dtlens.report.figures.arms import by_role, draw_groups, obstacle_heads, panels_of_arms, title
from dtlens.report.figures.style import new_figure


def test_components_are_named_by_what_the_model_does():
    table = pd.DataFrame(
        {
            "component": ["L0H0", "L0H1", "L0MLP", "state", "L0H0+L0H1", "L0H0+L0MLP"],
            "path": ["L0MLP", "direct", "all", "rest", "L0MLP", "direct"],
            "through": ["L0H1", None, "L0H0", None, None, None],
        }
    )
    named = by_role(table, "L0H1")
    assert named["component"].tolist() == [
        *("other head", "obstacle head", "MLP", "state"),
        *("both heads", "other head + MLP"),
    ]
    assert named["path"].tolist() == ["MLP", "direct", "all", "rest", "MLP", "direct"]
    assert named["through"][:3].fillna("").tolist() == ["obstacle head", "", "other head"]
    assert by_role(table, "L0H0")["component"][:2].tolist() == ["obstacle head", "other head"]
    assert table["component"][0] == "L0H0"


def test_the_obstacle_head_is_the_one_chosen_for_obstacles():
    heads = obstacle_heads(tables.roles())
    assert heads == {NAMES[0]: "L0H1", NAMES[1]: "L0H1", "post": "L0H1"}


def test_an_arm_is_titled_with_how_many_models_it_has():
    one, two = tables.two_models(tables.scan()), {"a": tables.scan()}
    assert title("study", one) == "replica\n(2 models)"
    assert title("mine", two) == "mine\n(1 model)"


def test_panels_have_their_row_and_all_models_of_their_arm():
    figure, panels = panels_of_arms(tables.arms(tables.scan()), ["a", "b"], 2, 1)
    assert [row for row, _, _ in panels] == ["a", "a", "b", "b"]
    assert [table["cell"].nunique() for _, table, _ in panels] == [2, 1, 2, 1]
    assert [panel.get_title() for panel in figure.axes] == [
        *("replica\n(2 models)", "our recipe, index\n(1 model)"),
        *("", ""),
    ]
    panels[0][2].set_ylim(-3, 7)
    assert panels[1][2].get_ylim() == (-3, 7) != panels[2][2].get_ylim()


def test_groups_show_each_model_and_the_mean_in_the_place_of_its_series():
    rows = [
        (group, series, cell, 10 * i + 100 * j + k)
        for i, group in enumerate(("wall", "goal_from_top"))
        for j, series in enumerate(("a", "b", "unseen"))
        for k, cell in enumerate(("m", "n"))
    ]
    table = pd.DataFrame(rows, columns=["front", "head", "cell", "value"])
    axes = new_figure(1, 1, 3, 2)[1][0]
    groups = ["empty", "wall", "goal_from_top"]
    draw_groups(table, axes, "front", groups, "head", {"a": "red", "b": "blue"})
    dots, mean, others, _ = axes.lines[:4]
    assert mean.get_label() == "a" and mean.get_color() == dots.get_color() == "red"
    assert mean.get_xdata().tolist() == pytest.approx([-0.21, 0.79, 1.79])
    assert mean.get_ydata()[1:].tolist() == [0.5, 10.5]
    assert dots.get_ydata()[2:].tolist() == [0, 1, 10, 11]
    assert others.get_xdata().tolist() == pytest.approx([0.21, 0.21, 1.21, 1.21, 2.21, 2.21])
    names = [label.get_text() for label in axes.get_xticklabels()]
    assert names == ["empty", "wall", "goal\nfrom top"]
