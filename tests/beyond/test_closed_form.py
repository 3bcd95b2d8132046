import numpy as np
import pandas as pd
import torch

from dtlens.analysis.scenes.bank import Scenes
from dtlens.beyond.attainable_returns.agents import due
from dtlens.beyond.attribution_benchmark.closed_form import at, contrasts, draw, fit, worth
from dtlens.beyond.attribution_benchmark.grades import grades
from dtlens.beyond.attribution_benchmark.held import with_time_held
from dtlens.beyond.attribution_benchmark.settings import AttributionBenchmark
from dtlens.env.dynamic_obstacles import GOALS
from dtlens.env.minigrid import Action
from dtlens.env.world import World
from dtlens.model.transformer import DecisionTransformer
from models import random_model

SETTINGS = AttributionBenchmark(
    recipe=["waiting"],
    seed=1,
    pairs=40,
    steps=5,
    from_sum={"low": 0.8, "high": 0.9},
    fitted=4000,
    episodes=2,
    neurons=2,
)


def scenes():
    """The goal seen from both sides, two scenes each."""
    placed = {"goal_from_left": World((5, 6), 0), "goal_from_top": World((6, 5), 1)}
    fronts = np.repeat(list(placed), 2)
    return Scenes(
        pd.DataFrame({"front": fronts, "t": 10}),
        np.stack([placed[front].view() for front in fronts]),
    )


class OnTime(DecisionTransformer):
    """Goes on when the sum of what it is told and what the time is worth is 1."""

    def forward(self, windows, last):
        total = windows.rtg + worth(self.max_steps) * windows.time
        logits = torch.zeros(len(total), 1, 3)
        logits[:, 0, Action.FORWARD] = 10 * (total[:, 0] - 1 + 1e-3)
        return logits


def test_the_worth_of_a_step_is_what_the_game_takes_for_it():
    assert worth(300) == 0.003
    targets = np.array([0.5, 0.8])
    np.testing.assert_allclose(targets + worth(300) * due(targets, 300), 1)


def test_a_model_that_is_the_closed_form_is_described_by_it():
    table = fit(OnTime(random_model(1, 1).cell, 30), scenes(), SETTINGS)
    assert table["front"].tolist() == GOALS
    np.testing.assert_allclose(table["slope"], worth(30), rtol=1e-3)
    assert (table["explained"] > 0.999).all()
    assert (table["agreement"] > 0.95).all()  # the game asks for it a step, 0.03, earlier


def test_both_contrasts_are_worth_the_same():
    pairs = contrasts(scenes(), GOALS[0], 30, SETTINGS)
    sums = {kind: (found.clean.rtg + worth(30) * found.clean.time) for kind, found in pairs.items()}
    torch.testing.assert_close(sums["rtg"], sums["time"])
    before = pairs["rtg"].corrupted
    assert torch.equal(before.rtg, pairs["time"].clean.rtg)
    assert torch.equal(before.time + 5, pairs["time"].clean.time)
    total = before.rtg + worth(30) * before.time
    assert total.min() >= 0.8 and total.max() <= 0.9
    assert pairs["time"].clean.time.max() < 30


def test_holding_a_tokens_time_takes_it_out():
    """With both held nothing would hang on time; with none the model is itself."""
    model = random_model(1, 1).requires_grad_(False)
    early, late = (
        at(scenes(), draw(4, 0.5, 0.6, 8, 30, 1, seed=1)._replace(time=np.full(8, time)))
        for time in (2, 20)
    )
    torch.testing.assert_close(with_time_held(model, None, early)[:, 0], model(early)[:, -1])
    model.W_time[:] = model.W_time[0]  # all times alike: their mean is any of them
    for held in ("RTG token", "state token"):
        torch.testing.assert_close(with_time_held(model, held, late), model(early)[:, -1:])


def test_only_the_held_tokens_time_is_held():
    model = random_model(1, 1).requires_grad_(False)
    for weight in (model.blocks[0].W_O, model.blocks[0].W_in):
        weight.zero_()  # the state token alone reaches the logits, as it is
    early, late = (
        at(scenes(), draw(4, 0.5, 0.6, 8, 30, 1, seed=1)._replace(time=np.full(8, time)))
        for time in (2, 20)
    )
    held = [with_time_held(model, "state token", windows) for windows in (early, late)]
    torch.testing.assert_close(*held)
    moved = [with_time_held(model, "RTG token", windows) for windows in (early, late)]
    assert not torch.allclose(*moved)


def test_grades_by_hand():
    """Time is worth half of what it should be, on the state token to a quarter; in play holding
    the RTG token's time adds 0.6, the state's 0.2."""
    target = {"a": pd.DataFrame({"RTG token": [2.0, 2.0], "state token": [0.0, 0.0]})}
    time = {"a": pd.DataFrame({"RTG token": [1.0, 0.5], "state token": [0.25, 0.25]})}
    held = pd.DataFrame({"held": ["none", "RTG token", "state token"], "value": [0.1, 0.7, 0.3]})
    table = grades(target, time, held, 300).set_index("question")
    assert table.loc["token of the target", ["truth", "value"]].tolist() == [1, 1]
    np.testing.assert_allclose(table.loc["token of time", ["truth", "value"]].astype(float), 0.75)
    assert table.loc["direction of time", "value"] == 1
    np.testing.assert_allclose(table.loc["worth of a step", "value"], 0.003 * 0.5)
