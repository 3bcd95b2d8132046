"""How alike players are that one makes up."""

import numpy as np
import pytest
import torch

from dtlens.agents.ppo import Agent
from dtlens.analysis.interventions.occlusion import of_agent, of_model
from dtlens.beyond.distillation.likeness import (
    LESS,
    OTHER_STUDENT,
    OTHER_TEACHER,
    TEACHER,
    Profile,
    alignment,
    compare,
    likeness,
    see,
    student,
    teacher,
)
from dtlens.beyond.means import over_models
from models import random_model


def player(seed, action=0):
    rng = np.random.default_rng(seed)
    preference, effects, inside = (rng.normal(size=(40, *shape)) for shape in ((), (49,), (8,)))
    return Profile(np.full(40, action), preference, effects, inside, inside[:, 3:])


def test_a_player_is_wholly_like_itself_and_not_like_chance():
    found = likeness(player(1), player(1))
    assert found == pytest.approx(dict.fromkeys(found, 1.0))
    other = likeness(player(1), player(2, action=1))
    assert other["agreement"] == 0
    assert abs(other["effects"]) < 0.1
    assert other["inside"] < 0.4  # by chance 8 of 40 directions have something in common


def test_who_stands_beside_whom():
    """Each student does as its teacher; agents of another recipe stand beside none."""
    agents = {"ours-r1": player(1), "ours-r2": player(2, 1), "study-r1": player(3)}
    runs = {"a": "ours-r1", "b": "ours-r2", "c": "ours-r1"}
    models = {name: agents[run] for name, run in runs.items()}
    table = over_models(compare({"index": models}, runs, agents), ["arm", "beside", "measure"])
    table = table.set_index(["beside", "measure"])
    assert table.loc[(TEACHER, "agreement"), "value"] == 1
    assert table.loc[(OTHER_TEACHER, "agreement"), "value"] == 0
    assert table.loc[(LESS, "agreement"), ["value", "low", "high", "n"]].tolist() == [1, 1, 1, 3]
    alike = likeness(agents["ours-r1"], agents["ours-r2"])
    assert table.loc[(OTHER_STUDENT, "effects"), "value"] == pytest.approx(alike["effects"])


def test_alignment_by_hand():
    one = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    turned = one @ np.array([[0.6, 0.8], [-0.8, 0.6]])
    assert alignment(one, 3 * turned + 5) == pytest.approx(1)
    # Of two directions of the same size it shares one: 2^2 / (|diag(2, 2)| 2).
    assert alignment(one, one[:, :1]) == pytest.approx(2**0.5 / 2)
    assert alignment(one[:, :1], one[:, 1:]) == pytest.approx(0)


def test_what_is_not_read_by_hand(scenes):
    layer, readout = torch.tensor([[1.0, 2.0, 3.0]]), torch.tensor([[2.0], [0.0], [0.0]])
    seen = see(lambda views: np.zeros((len(views), 3)), scenes.views, layer, readout)
    assert seen.unread.tolist() == [[0, 2, 3]]


@pytest.mark.parametrize("encoding", ["index", "one_hot"])
def test_the_layer_is_the_one_that_logits_are_read_off(scenes, encoding):
    model, views = random_model(1, 1, encoding).requires_grad_(False), scenes.views
    seen, readout = student(model, views, 0.9, 5), model.W_U.double().numpy()
    logits = seen.inside @ readout + model.b_U.double().numpy()
    assert np.allclose(logits, of_model(model, views, 0.9, 5), atol=1e-4)
    assert np.allclose(seen.unread @ readout, 0, atol=1e-9)
    agent = Agent("index", 8, torch.Generator().manual_seed(1)).requires_grad_(False)
    inside, last = teacher(agent, views).inside, agent.actor[-1]
    logits = inside @ last.weight.double().numpy().T + last.bias.double().numpy()
    assert np.allclose(logits, of_agent(agent, views), atol=1e-5)
