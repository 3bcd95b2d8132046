import figure_tables as tables
import numpy as np
import pandas as pd
import pytest

from dtlens.report.figures import claims, effects
from dtlens.report.figures.style import new_figure

TITLES = {1: "environment", 4: "enough", 9: "goal head"}


@pytest.fixture
def axes():
    return new_figure(1, 1, 4, 3)[1][0]


def test_of_several_references_the_mean_is_shown():
    shown = claims.shown(tables.claims())
    assert shown["reference"].tolist() == [""] * 6 + ["mean"] * 3
    assert len(claims.shown(tables.claims().replace({"reference": {"": np.nan}}))) == 9


def test_the_matrix_counts_the_statements_that_hold(axes):
    claims.draw(claims.shown(tables.claims()), axes, TITLES)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["enough  4", "goal head  9"]
    assert [label.get_text() for label in axes.get_xticklabels()] == [
        "the study's\nmodel",
        "the study's\nrecipe\n(n = 3)",
        "our recipe,\nindex\n(n = 3)",
    ]
    cells = {text.get_position(): text.get_text() for text in axes.texts}
    # Verdicts go round holds, does not hold, undecided, holds; claim 9's mean is rows 9 to 11.
    assert [cells[x, 0] for x in range(3)] == ["2/2", "1/2", "0/2"]
    assert [cells[x, 1] for x in range(3)] == ["0/1", "0/1", "1/1"]
    holds, undecided, fails = axes.containers
    assert [bar.get_width() for bar in holds] == pytest.approx([0, 0.92, 0.46, 0.92, 0, 0])
    assert sum(bar.get_width() for bars in (holds, undecided, fails) for bar in bars) == (
        pytest.approx(6 * 0.92)
    )


def test_statements_have_their_own_scale_with_their_bounds_on_it(axes):
    table = claims.shown(tables.claims())
    claims.draw_statements(table, axes, TITLES)
    texts = [text.get_text() for text in axes.texts]
    assert {"> 0.9", "0 to 1", "> 0.1", "4  enough", "9  goal head"} <= set(texts)
    measures = [label.get_text() for label in axes.get_yticklabels()]
    assert measures == ["return", "rank", "change"]
    # Rows 1 and 2 are claim 4's, 4 is claim 9's: 0 and 3 are their names'.
    assert axes.get_yticks().tolist() == [1, 2, 4]
    allowed = axes.patches
    assert [bar.get_y() + bar.get_height() / 2 for bar in allowed] == pytest.approx([1, 2, 4])
    # The first row reaches from -0.25, the least interval's end, to 2.5: 0.9 is at 1.15 / 2.75.
    assert allowed[0].get_x() == pytest.approx(1.15 / 2.75)
    assert allowed[0].get_x() + allowed[0].get_width() == pytest.approx(1.03)
    points = [line for line in axes.lines if len(line.get_xdata())]
    assert sum(len(line.get_xdata()) for line in points) == len(table)
    (data,) = [c for c in axes.collections if c.get_label() == "the data's own"]
    assert data.get_segments()[0][:, 0].tolist() == pytest.approx([0.75 / 2.75] * 2)


def test_a_marker_is_filled_where_the_statement_holds(axes):
    table = claims.shown(tables.claims())
    claims.draw_statements(table[table["arm"] == "post"], axes, TITLES)
    filled = {
        tuple(line.get_markerfacecolor()): len(line.get_xdata())
        for line in axes.lines
        if len(line.get_xdata())
    }
    assert filled == {(0, 0, 0): 2, (1, 1, 1): 1}


def test_pages_of_claims():
    table = tables.claims()
    assert len(claims.page(table, TITLES).axes) == 1
    figure = claims.statements_page(table, TITLES)
    (legend,) = figure.legends
    labels = {text.get_text() for text in legend.get_texts()}
    assert {"the study's model", "our recipe, index (n = 3)", "the data's own"} <= labels


def test_effects_are_in_units_of_the_spread_of_seeds_and_end_at_the_edge():
    table = pd.DataFrame({"value": [1.0, 3.0, 0.0], "low": [0.5, 2.0, 0.0], "high": [1.5, 4.0, 0]})
    found = effects.in_spreads(table.assign(spread=[0.5, 0.0, 0.0]))
    assert found[["low", "value", "high"]].to_numpy().tolist() == [
        [1, 2, 3],
        [100, 100, 100],
        [0, 0, 0],
    ]


def test_effects_are_filled_beyond_chance_and_the_spread(axes):
    table = tables.effects()
    data = table[table["factor"] == "data"]
    effects.draw(data, axes, [4, 9])
    hollow, filled = [line for line in axes.lines if line.get_marker() == "o"]
    assert filled.get_xydata().tolist() == [[6, 1]] and hollow.get_xydata().tolist() == [[0, 0]]
    assert hollow.get_markerfacecolor() == "white"
    effects.draw(data.assign(p=0.06), axes, [4, 9])
    assert len(axes.lines[-1].get_xdata()) == 0


def test_measures_of_a_claim_are_below_each_other_in_its_row():
    found = effects.places(pd.Series([4, 9, 9]), [4, 9])
    assert found.tolist() == pytest.approx([0, 0.8, 1.2])


def test_effects_have_a_panel_for_each_factor():
    figure = effects.page(tables.effects(), TITLES)
    assert [panel.get_title() for panel in figure.axes] == [
        f"{factor}\n(n = 3 models)" for factor in ("data", "optimisation", "encoding")
    ]
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == ["enough  4", "goal head  9"]
    assert effects.span(pd.Series([3, 6, 4])) == "n = 3 to 6 models"
