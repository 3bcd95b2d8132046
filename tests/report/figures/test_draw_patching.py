import pandas as pd
import pytest

from dtlens.report.figures import patching
from dtlens.report.figures.style import FRONT_COLOURS, new_figure


@pytest.fixture
def table():
    """Shares 0.4 and 0.6 of two models' obstacle heads; empty fronts have no effect to speak of."""
    rows = [
        {"component": component, "part": part, "front": front, "value": value, "weights": weights}
        for component, part, value in (
            ("obstacle head", "output", 0.4),
            ("obstacle head", "pattern", 0.1),
            ("obstacle head", "output_random", 0.02),
        )
        for front in ("wall", "empty")
        for weights in ("trained", "reinitialised")
    ]
    table = pd.DataFrame(rows).assign(effect=2.0)
    table.loc[table["front"] == "empty", "effect"] = 1.0
    table.loc[table["weights"] == "reinitialised", "value"] /= 2
    models = [table.assign(cell="a"), table.assign(cell="b", value=1.5 * table["value"])]
    return pd.concat(models, ignore_index=True)


def test_patching_shows_strong_effects_of_each_model_beside_their_nulls(table):
    axes = new_figure(1, 1, 4, 3)[1][0]
    patching.draw(table, axes)
    dots, mean = axes.lines[:2]
    assert mean.get_label() == "wall" and mean.get_color() == FRONT_COLOURS["wall"]
    place = patching.PLACES.index(("obstacle head", "output"))
    assert mean.get_xydata()[place].tolist() == pytest.approx([0.5, place])
    assert dots.get_xydata()[2 * place : 2 * place + 2].ravel().tolist() == pytest.approx(
        [0.4, place, 0.6, place]
    )
    assert axes.get_yticklabels()[place + 1].get_text() == "pattern"
    lines = {shown.get_label(): shown.get_xdata() for shown in axes.lines}
    assert "empty" not in lines
    assert lines["untrained"][place : place + 2].tolist() == pytest.approx([0.25, 0.0625])
    assert lines["random direction"][place] == pytest.approx(0.025)


def test_models_whose_effect_is_small_are_left_out(table):
    table.loc[table["cell"] == "b", "effect"] = 1.0
    axes = new_figure(1, 1, 4, 3)[1][0]
    patching.draw(table, axes)
    place = patching.PLACES.index(("obstacle head", "output"))
    assert axes.lines[1].get_xdata()[place] == pytest.approx(0.4)


def test_patching_says_where_no_effect_is_strong(table):
    axes = new_figure(1, 1, 4, 3)[1][0]
    patching.draw(table.assign(effect=1.0), axes)
    assert axes.texts[0].get_text() == "no effect of\n1.5 logits or more"
