import itertools

import pandas as pd
import pytest

from dtlens.figures.maps import draw, draw_grid
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


def test_maps_of_a_grid_share_a_scale_and_have_their_names():
    tables = [one_map(head=head, of=of) for head in ("L0H0", "L0H1") for of in ("wall", "goal")]
    tables[3]["value"] *= -2
    figure = draw_grid(pd.concat(tables), "head", "logits")
    *panels, bar = figure.axes
    assert [panel.get_title() for panel in panels] == ["wall", "goal", "", ""]
    assert [panel.get_ylabel() for panel in panels] == ["L0H0", "", "L0H1", ""]
    assert {panel.images[0].get_clim() for panel in panels} == {(-132, 132)}
    assert panels[3].images[0].get_array()[5, 3] == pytest.approx(-70)
    assert bar.get_ylabel() == "logits"
