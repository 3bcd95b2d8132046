"""What is read of a model at play, and which of its steps did harm."""

import numpy as np
import pytest
import torch

from dtlens.beyond.anomaly_flags.settings import AnomalyFlags
from dtlens.beyond.anomaly_flags.watch import (
    ACTIVATIONS,
    CORNERED,
    HARMS,
    LOGITS,
    OBSTACLE,
    WALKED_INTO,
    read,
    watch,
)
from dtlens.beyond.out_of_distribution.behaviour import Watched
from dtlens.beyond.rooms.kinds import KINDS
from dtlens.env.dynamic_obstacles import OUTCOMES
from dtlens.env.episodes import play_episodes, summarise
from dtlens.env.minigrid import FRONT, VIEW, Action, Object
from dtlens.model.transformer import CELL_BITS, Windows
from models import random_model

SETTINGS = AnomalyFlags(seed=3, rtg=0.9, episodes=40, steps=100_000, harmful=2)


@pytest.fixture
def model():
    """Walks on, into whatever is there, but turns right at walls: so it goes round by them."""
    walker = random_model(layers=1, context=1, encoding="one_hot")
    at_wall = np.ravel_multi_index((*FRONT, Object.WALL), (*VIEW[:2], CELL_BITS))
    with torch.no_grad():
        for parameter in walker.parameters():
            parameter.zero_()
        walker.W_state[at_wall, 0] = 1
        walker.W_U[0, Action.RIGHT] = 2
        walker.b_U[Action.FORWARD] = 1
    return walker


def test_what_is_read_is_what_the_model_computes():
    model = random_model(layers=1, context=1)
    views = np.random.default_rng(0).integers(0, 3, (5, 7, 7, 3), dtype=np.uint8)
    found = read(model, views, 0.9, 4)
    windows = Windows(
        rtg=torch.full((5, 1), 0.9),
        observation=torch.from_numpy(views[:, None]),
        action=torch.zeros(5, 1, dtype=torch.int64),
        time=torch.full((5, 1), 4),
    )
    with torch.no_grad():
        np.testing.assert_allclose(found[LOGITS], model(windows)[:, 0].numpy(), atol=1e-5)
    in_front = views[:, *FRONT, 0] == Object.BALL
    assert found[OBSTACLE][:, 0].tolist() == in_front.tolist()
    residual = torch.from_numpy(found[ACTIVATIONS][:, -model.cell.width :])
    np.testing.assert_allclose(
        (residual @ model.W_U + model.b_U).detach().numpy(), found[LOGITS], atol=1e-5
    )


@pytest.mark.parametrize("named", HARMS)
def test_harm_is_counted_as_the_rooms_count_it(model, environment, named):
    """The same play: episodes that end at an obstacle, steps that begin in the old corner."""
    harm, rooms = HARMS[named], []

    def make(environment, count, begun):
        rooms.append(Watched(KINDS[harm.kind], environment.max_steps, count, begun))
        return rooms[0]

    def choose(episode, t, observation):
        return read(model, observation, SETTINGS.rtg, t)[LOGITS].argmax(-1).astype(np.uint8)

    count, begun = SETTINGS.episodes, np.random.SeedSequence(SETTINGS.seed)
    played = summarise(play_episodes(environment, count, begun, choose, make), count)
    watched = watch(model, harm.kind, harm, SETTINGS, environment)
    by_rooms = {
        WALKED_INTO: (played.outcome == OUTCOMES.index("obstacle")).sum(),
        CORNERED: rooms[0].in_corner.sum(),
    }
    assert len(watched.harmful) == played.length.sum()
    assert watched.harmful.sum() == by_rooms[named]
    assert by_rooms[named] > 0


def test_thinning_keeps_all_that_did_harm(model, environment):
    harm = HARMS[WALKED_INTO]
    whole = watch(model, harm.kind, harm, SETTINGS, environment)
    few = whole.thinned(7, 1)
    assert few.harmful.sum() == whole.harmful.sum()
    assert (~few.harmful).sum() == 7
