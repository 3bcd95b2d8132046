import itertools

import pandas as pd
import pytest

from dtlens.report.figures.maps import draw, draw_grids, over_models
from dtlens.report.figures.style import new_figure


def one_map(**names):
    """Values 10 x + y."""
    rows = [{"x": x, "y": y, "value": 10 * x + y} for x, y in itertools.product(range(7), repeat=2)]
    table = pd.DataFrame(rows).sample(frac=1, random_state=0)
    return table.assign(**({"cell": "a", "agree": 1.0} | names))


def test_a_map_is_drawn_as_the_agent_sees_it():
    axes = draw(one_map(), new_figure(1, 1, 2, 2)[1][0], 100)
    (image,) = axes.images
    assert image.get_array()[5, 3] == 35 and image.get_array()[3, 5] == 53  # row y, column x
    assert axes.get_ylim() == (6.5, -0.5)  # y grows downward: the agent is at the bottom
    assert image.get_clim() == (-100, 100)
    assert axes.patches[0].get_xy() == (2.5, 4.5) and axes.get_xlabel() == "front +35.00"
    assert axes.lines[-1].get_xydata().tolist() == [[3, 6]]
    assert not len(axes.get_xticks()) and not len(axes.get_yticks())


def test_cells_where_models_differ_in_sign_are_crossed():
    table = one_map()
    table.loc[(table["x"] == 2) & (table["y"] == 4), "agree"] = 0.8
    crosses = draw(table, new_figure(1, 1, 2, 2)[1][0], 100).lines[0]
    assert crosses.get_marker() == "x" and crosses.get_xydata().tolist() == [[2, 4]]


def test_maps_are_means_over_models_and_say_how_many_have_their_sign():
    values = pd.DataFrame({"a": [1.0, 4.0], "b": [2.0, -1.0], "c": [3.0, 0.0]}, index=[0, 1])
    table = values.rename_axis("x").reset_index().melt("x", var_name="cell").assign(y=0, of="wall")
    found = over_models(table, ["of"])
    assert found[["x", "value", "agree"]].to_numpy().tolist() == [
        [0, 2, 1],
        [1, 1, pytest.approx(1 / 3)],
    ]


def test_each_grid_has_a_scale_of_its_own_and_its_names():
    objects = ("empty", "wall", "goal")
    heads = [one_map(row=head, of=of) for head in ("first", "second") for of in objects]
    heads[5]["value"] *= -2
    channels = pd.concat([one_map(row="first", of=of) for of in ("object", "colour")])
    figure = draw_grids({"logits": pd.concat(heads), "per unit": channels})
    panels, bars = figure.axes[:9], figure.axes[9:]
    titles = [*objects, "", "", "", "object", "colour", ""]
    assert [panel.get_title() for panel in panels] == titles
    assert [panel.get_ylabel() for panel in panels[::3]] == ["first", "second", "first"]
    assert {panel.images[0].get_clim() for panel in panels[6:8]} == {(-66, 66)}
    # Of 294 values the largest are 132, 130, 128, 126: 1% of 293 is 2.93 below the largest.
    (limits,) = {panel.images[0].get_clim() for panel in panels[:6]}
    assert limits == pytest.approx((-126.14, 126.14))
    assert panels[5].images[0].get_array()[5, 3] == pytest.approx(-70)
    assert not panels[8].get_visible()
    assert [bar.get_ylabel() for bar in bars] == ["logits", "per unit"]
    assert bars[0].get_ylim() == limits and bars[1].get_ylim() == (0, 66)
