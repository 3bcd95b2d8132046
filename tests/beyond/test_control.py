import pandas as pd
import pytest

from dtlens.beyond.attainable_returns import control_report
from dtlens.beyond.attainable_returns.control import of_errors, of_targets
from dtlens.beyond.means import over_models
from dtlens.params import load_params

KEYS = ["added", "encoding"]


def test_models_are_compared_run_by_run():
    settings = load_params().delayed_goal
    names = {added: [cell.name for cell in models] for added, models in settings.added.items()}
    assert len(names["delayed goal"]) == len(settings.encoding) * len(settings.run)
    for added, recipe in (("nothing", "ours"), ("random walk", "aimless")):
        likes = [name.replace("waiting_many", recipe) for name in names["delayed goal"]]
        assert names[added] == likes


def tables():
    """Two runs, whose returns are off by 0.1 and 0.3, by 0 with waiting, by 0.2 and 0.5."""
    off = {"nothing": (0.1, 0.3), "delayed goal": (0.0, 0.0), "random walk": (0.2, 0.5)}
    return {
        added: [
            pd.DataFrame({"rtg": [0.2, 0.5, 1.0], "way": "as_told"}).assign(
                encoding="index",
                mean_return=lambda rows, error=error: rows["rtg"] + error,
                episode_error=2 * error,
            )
            for error in errors
        ]
        for added, errors in off.items()
    }


def test_errors_by_hand():
    found = dict(of_errors(tables(), [0.2, 0.5]))
    assert found["random walk", "index", "mean"] == pytest.approx([0.2, 0.5])
    assert found["random walk", "index", "episode"] == pytest.approx([0.4, 1.0])
    assert found["random walk less nothing", "index", "mean"] == pytest.approx([0.1, 0.2])
    assert found["delayed goal", "index", "episode"] == [0.0, 0.0]
    curves = dict(of_targets(tables(), [0.2, 0.5]))
    assert curves["nothing", "index", 0.5] == pytest.approx([0.6, 0.8])
    assert len(curves) == 6


def test_the_chapter_and_the_figure_say_what_the_tables_say():
    errors = over_models(of_errors(tables(), [0.2, 0.5]), [*KEYS, "error"])
    text = control_report.chapter(errors)
    assert "by 0.350 (index" in text and "error of single episodes, index" in text
    curves = over_models(of_targets(tables(), [0.2, 0.5]), [*KEYS, "rtg"])
    (panel,) = control_report.page(curves).axes
    lines = {line.get_label(): line.get_ydata() for line in panel.lines}
    assert lines["random walk"] == pytest.approx([0.55, 0.85])
    assert lines["what is told"] == pytest.approx([0.2, 0.5])
