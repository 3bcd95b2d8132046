import numpy as np
import pandas as pd
import pytest
import torch

from dtlens.aimless import summary
from dtlens.aimless.settings import Aimless
from dtlens.aimless.walker import Walker, play_aimless
from dtlens.beyond import aimless as aimless_chapter
from dtlens.figures import aimless as aimless_page
from dtlens.minigrid import FRONT, Action, Object, front_object
from dtlens.params import load_params
from dtlens.task.settings import Environment

ENVIRONMENT = Environment(id="MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=300)
KEYS = ["added", "encoding"]


@pytest.fixture(scope="module")
def walked():
    return play_aimless(300, ENVIRONMENT, seed=3)


def test_any_action_is_as_likely_but_forward_into_things():
    views = np.zeros((4000, 7, 7, 3), np.uint8)
    views[..., 0] = Object.EMPTY
    views[:1000, *FRONT, 0] = Object.WALL
    logits = Walker(1)(torch.from_numpy(views))
    counts = np.bincount(logits[1000:].argmax(1), minlength=3)
    assert (abs(counts - 1000) < 4 * np.sqrt(1000 * 2 / 3)).all()
    blocked = np.bincount(logits[:1000].argmax(1), minlength=3)
    assert blocked[Action.FORWARD] == 0 and (abs(blocked[:2] - 500) < 4 * np.sqrt(250)).all()


def test_it_comes_late_and_runs_into_nothing(walked):
    returns = np.add.reduceat(walked.reward, walked.start)
    assert (returns >= 0).all()
    reached = returns > 0
    assert 0.5 < reached.mean() < 0.8
    assert returns[reached].std() > 0.15 and 0.3 < returns[reached].mean() < 0.7
    assert (walked.length[~reached] == 300).all()


def test_it_waits_for_nothing(walked):
    """Whenever the goal is in front it goes in, early or late."""
    views = walked.views[walked.view]
    in_front = front_object(views) == Object.GOAL
    assert in_front.sum() > 150
    assert (walked.action[in_front] == Action.FORWARD).all()
    assert np.flatnonzero(in_front).tolist() == np.flatnonzero(walked.terminated).tolist()


def test_models_are_compared_run_by_run():
    settings, waiting = Aimless(like="waiting_many", seed=1), load_params().waiting
    cells = settings.cells(waiting)
    names = {added: [cell.name for cell in models] for added, models in cells.items()}
    assert len(names["waiting"]) == len(waiting.encoding) * len(waiting.run)
    for added, recipe in (("nothing", "ours"), ("aimless", "aimless")):
        assert names[added] == [n.replace("waiting_many", recipe) for n in names["waiting"]]


def tables():
    """Two runs, whose returns are off by 0.1 and 0.3, by 0 with waiting, by 0.2 and 0.5."""
    off = {"nothing": (0.1, 0.3), "waiting": (0.0, 0.0), "aimless": (0.2, 0.5)}
    return [
        pd.DataFrame({"rtg": [0.2, 0.5, 1.0], "way": "as_told"}).assign(
            added=added,
            encoding="index",
            mean_return=lambda rows, error=error: rows["rtg"] + error,
            episode_error=2 * error,
        )
        for added, errors in off.items()
        for error in errors
    ]


def test_errors_by_hand():
    found = {key: values for key, values in summary.of_play(tables(), [0.2, 0.5])}
    assert found["aimless", "index", "mean"] == pytest.approx([0.2, 0.5])
    assert found["aimless", "index", "episode"] == pytest.approx([0.4, 1.0])
    assert found["aimless less nothing", "index", "mean"] == pytest.approx([0.1, 0.2])
    assert found["waiting", "index", "episode"] == [0.0, 0.0]
    curves = dict(summary.of_targets(tables(), [0.2, 0.5]))
    assert curves["nothing", "index", 0.5] == pytest.approx([0.6, 0.8])
    assert len(curves) == 6


def test_the_chapter_and_the_figure_say_what_the_tables_say():
    errors = summary.over_models(summary.of_play(tables(), [0.2, 0.5]), [*KEYS, "error"])
    text = aimless_chapter.chapter(errors)
    assert "by 0.350 (index" in text and "error of episodes, index" in text
    curves = summary.over_models(summary.of_targets(tables(), [0.2, 0.5]), [*KEYS, "rtg"])
    (panel,) = aimless_page.page(curves).axes
    lines = {line.get_label(): line.get_ydata() for line in panel.lines}
    assert lines["with aimless added"] == pytest.approx([0.55, 0.85])
    assert lines["what is told"] == pytest.approx([0.2, 0.5])
