import itertools

import pandas as pd
import pytest

from dtlens.figures.maps import draw, draw_grids
from dtlens.figures.style import new_figure


def one_map(**names):
    """Values 10 x + y."""
    rows = [{"x": x, "y": y, "value": 10 * x + y} for x, y in itertools.product(range(7), repeat=2)]
    return pd.DataFrame(rows).sample(frac=1, random_state=0).assign(**names)


def test_a_map_is_drawn_as_the_agent_sees_it():
    axes = draw(one_map(), new_figure(1, 1, 2, 2)[1][0], 100)
    (image,) = axes.images
    assert image.get_array()[5, 3] == 35 and image.get_array()[3, 5] == 53  # row y, column x
    assert axes.get_ylim() == (6.5, -0.5)  # y grows downward: the agent is at the bottom
    assert image.get_clim() == (-100, 100)
    assert axes.patches[0].get_xy() == (2.5, 4.5) and axes.get_xlabel() == "front +35.00"
    assert axes.lines[0].get_xydata().tolist() == [[3, 6]]
    assert not len(axes.get_xticks()) and not len(axes.get_yticks())


def test_each_grid_has_a_scale_of_its_own_and_its_names():
    objects = ("empty", "wall", "goal")
    heads = [one_map(head=head, of=of) for head in ("L0H0", "L0H1") for of in objects]
    heads[5]["value"] *= -2
    channels = pd.concat([one_map(head="L0H0", of=of) for of in ("object", "colour")])
    figure = draw_grids({"logits": pd.concat(heads), "per unit": channels}, "head")
    panels, bars = figure.axes[:9], figure.axes[9:]
    titles = [*objects, "", "", "", "object", "colour", ""]
    assert [panel.get_title() for panel in panels] == titles
    assert [panel.get_ylabel() for panel in panels[::3]] == ["L0H0", "L0H1", "L0H0"]
    assert {panel.images[0].get_clim() for panel in panels[:6]} == {(-132, 132)}
    assert {panel.images[0].get_clim() for panel in panels[6:8]} == {(-66, 66)}
    assert panels[5].images[0].get_array()[5, 3] == pytest.approx(-70)
    assert not panels[8].get_visible()
    assert [bar.get_ylabel() for bar in bars] == ["logits", "per unit"]
