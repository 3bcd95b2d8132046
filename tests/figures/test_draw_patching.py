import pandas as pd

from dtlens.figures import patching
from dtlens.figures.style import new_figure


def test_patching_shows_strong_effects_beside_their_nulls():
    rows = [
        {"component": component, "part": part, "front": front, "value": value, "weights": weights}
        for component, part, value in (
            ("L0H0", "output", 0.4),
            ("L0H0", "pattern", 0.1),
            ("L0H0", "output_random", 0.02),
        )
        for front in ("wall", "empty")
        for weights in ("trained", "reinitialised")
    ]
    table = pd.DataFrame(rows).assign(effect=2.0)
    table["low"], table["high"] = table["value"] - 0.1, table["value"] + 0.1
    table.loc[table["front"] == "empty", "effect"] = 1.0
    table.loc[table["weights"] == "reinitialised", "value"] /= 2
    _, (axes,) = new_figure(1, 1, 4, 3)
    patching.draw(table, axes)
    lines = {line.get_label(): line for line in axes.lines}
    (shown,) = axes.containers
    assert shown.get_label() == "wall"
    assert shown.lines[0].get_xydata().tolist() == [[0.4, 0], [0.1, -1]]
    assert lines["untrained"].get_xdata().tolist() == [0.2, 0.05]
    assert lines["random direction"].get_xdata()[0] == 0.02
    assert [label.get_text() for label in axes.get_yticklabels()] == ["L0H0", "L0H0 pattern"]


def test_patching_says_where_no_effect_is_strong():
    where = {"weights": "trained", "component": "L0H0", "part": "output", "front": "wall"}
    table = pd.DataFrame([where | {"value": 0.4, "low": 0.3, "high": 0.5, "effect": 1.0}])
    _, (axes,) = new_figure(1, 1, 4, 3)
    patching.draw(table, axes)
    assert not axes.containers and axes.texts[0].get_text() == "no effect of\n1.5 logits or more"
