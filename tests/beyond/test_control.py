import pandas as pd
import pytest

from dtlens.beyond.attainable_returns import control_report
from dtlens.beyond.attainable_returns.control import of_errors
from dtlens.beyond.attainable_returns.returns import inside
from dtlens.beyond.means import means
from dtlens.params import load_params

KEYS = ["added", "encoding"]


def test_models_are_compared_run_by_run():
    settings = load_params().delayed_goal
    names = {added: [cell.name for cell in models] for added, models in settings.added.items()}
    assert len(names["delayed goal"]) == len(settings.encoding) * len(settings.run)
    for added, recipe in (("nothing", "ours"), ("random walk", "aimless")):
        likes = [name.replace("waiting_many", recipe) for name in names["delayed goal"]]
        assert names[added] == likes


@pytest.fixture
def returns():
    """Two runs, whose returns are off by 0.1 and 0.3, by 0 with waiting, by 0.2 and 0.5."""
    off = {"nothing": (0.1, 0.3), "delayed goal": (0.0, 0.0), "random walk": (0.2, 0.5)}
    rows = [
        (added, run, rtg, rtg + error, 2 * error)
        for added, errors in off.items()
        for run, error in zip("ab", errors, strict=True)
        for rtg in (0.2, 0.5, 1.0)
    ]
    columns = ["added", "name", "rtg", "mean_return", "episode_error"]
    return pd.DataFrame(rows, columns=columns).assign(encoding="index", way="as_told")


def test_errors_by_hand(returns):
    found = of_errors(returns, [0.2, 0.5]).set_index(["added", "error"])
    assert found.loc[("random walk", "mean"), "value"] == pytest.approx(0.35)
    assert found.loc[("random walk", "episode"), "value"] == pytest.approx(0.7)
    assert found.loc[("random walk less nothing", "mean"), "value"] == pytest.approx(0.15)
    assert found.loc[("delayed goal", "episode"), "value"] == 0
    assert (found["n"] == 2).all() and len(found) == 8


def test_the_chapter_and_the_figure_say_what_the_tables_say(returns):
    text = control_report.chapter(of_errors(returns, [0.2, 0.5]))
    assert "by 0.350 (index" in text and "error of single episodes, index" in text
    curves = means(inside(returns, [0.2, 0.5]), [*KEYS, "rtg"], "mean_return")
    (panel,) = control_report.page(curves).axes
    lines = {line.get_label(): line.get_ydata() for line in panel.lines}
    assert lines["random walk"] == pytest.approx([0.55, 0.85])
    assert lines["what is told"] == pytest.approx([0.2, 0.5])
