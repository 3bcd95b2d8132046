"""The edit: in rooms without a goal, do as if it were in a chosen cell.

What is wanted is what the model itself answers when a goal is put there, all else being the same;
the change of the MLP's W_out that comes nearest to it is a least-squares map from the hidden units
to the logits, so that it has rank 2 at most (to add to all logits changes nothing). Where a goal is
seen nothing should change. The null is the same edit of an untrained model that is given the
trained one's answers.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from dtlens.analysis.scenes.bank import one_step
from dtlens.beyond.policies import answers
from dtlens.beyond.rank_one_editing.orbits import nearest, orbit
from dtlens.beyond.rank_one_editing.rank_one import hidden, least_squares
from dtlens.beyond.rank_one_editing.settings import GoalRetargeting
from dtlens.beyond.rooms.batch import GOAL, Rooms
from dtlens.beyond.rooms.kinds import PLACES, one_of
from dtlens.env.dynamic_obstacles import Square
from dtlens.env.minigrid import Observations
from dtlens.env.settings import Environment
from dtlens.model.transformer import DecisionTransformer, Windows

NO_GOAL = Rooms(goals=((),), anywhere=True)
GOAL_ANYWHERE = Rooms(goals=one_of(PLACES), anywhere=True)
Show = Callable[[Observations], Windows]
Change = Float[Tensor, "hidden d"]


class States(NamedTuple):
    """What is seen without a goal, with one in the nearest of the cells, and, in other rooms, with
    one anywhere."""

    bare: Windows
    painted: Windows
    kept: Windows


def windows(views: Observations, rtg: float, settings: GoalRetargeting) -> Windows:
    """Each view as a window of one timestep, at any time there is to reach a cell."""
    times = np.random.default_rng(settings.seed).integers(0, settings.steps, len(views))
    return one_step(views, rtg, times)


def look(target: Square, rtg: float, settings: GoalRetargeting, environment: Environment) -> States:
    """What agents see that may be anywhere but where they are to go, in rooms as they begin."""
    rows = np.arange(settings.views)
    here, there = np.random.SeedSequence(settings.seed).spawn(2)
    rooms = NO_GOAL.make(environment, settings.views, here)
    bare = rooms.reset()[0]["image"]
    cells = nearest(rooms, orbit(target))
    rooms.board[rows, cells] = GOAL
    painted = rooms.views(rows)
    away = ~np.isin(rooms.agent, [rooms.cell_of(*cell) for cell in orbit(target)])
    kept = GOAL_ANYWHERE.make(environment, settings.views, there).reset()[0]["image"]
    return States(*(windows(views, rtg, settings) for views in (bare[away], painted[away], kept)))


def retargeting(model: DecisionTransformer, seen: States, teacher: DecisionTransformer) -> Change:
    """What is to be added to W_out for the answers of the teacher: the model itself, or another."""
    shown = [seen.bare, seen.kept]
    taught = [centred(teacher, views) for views in (seen.painted, seen.kept)]
    outputs = [own - centred(model, views) for own, views in zip(taught, shown, strict=True)]
    to_logits = least_squares([hidden(model, views) for views in shown], outputs)
    return to_logits.to(model.W_U.dtype) @ torch.linalg.pinv(model.W_U.detach())


def centred(model: DecisionTransformer, shown: Windows) -> Float[Tensor, "window action"]:
    """Its logits, less their mean."""
    logits = answers(model, shown).double()
    return logits - logits.mean(1, keepdim=True)


def by_chance(model: DecisionTransformer, change: Change, generator: torch.Generator) -> Change:
    """A random one of the same rank and size."""
    to_logits = torch.randn(len(change), model.W_U.shape[1], generator=generator)
    to_logits -= to_logits.mean(1, keepdim=True)
    random = to_logits @ torch.linalg.pinv(model.W_U.detach())
    return random * change.norm() / random.norm()
