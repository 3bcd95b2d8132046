"""Models with a flaw that one knows, since it was planted."""

from copy import deepcopy

import torch

from dtlens.audit.settings import CORNER_BOUND, DEAF, RED_BLIND, SOUND, WALL_HITTER
from dtlens.minigrid import Object
from dtlens.model.transformer import RTG_TOKEN, DecisionTransformer, Windows
from dtlens.rewrites.edits import ENDS, Edit, in_rooms, together
from dtlens.rewrites.judge import change
from dtlens.rewrites.rank_one import places
from dtlens.rewrites.settings import Rewrites
from dtlens.scenes.bank import Scenes
from dtlens.task.dynamic_obstacles import HIGH
from dtlens.task.settings import Environment
from dtlens.worlds.kinds import OFF, RED, TRAINED

# Each is a rank-1 edit of the MLP's W_out: what stands in front, in which rooms, and whether the
# model is made to go on there (1) or not to (-1).
EDITED = {
    RED_BLIND: (RED, Object.BALL, 1),
    CORNER_BOUND: (OFF, Object.GOAL, -1),
    WALL_HITTER: (TRAINED, Object.WALL, 1),
}


def deaf(model: DecisionTransformer) -> DecisionTransformer:
    """As if it were always told the highest reward-to-go: its RTG token no longer depends on it."""
    copy = deepcopy(model).requires_grad_(False)
    copy.W_pos[RTG_TOKEN] += HIGH * copy.W_rtg
    copy.W_rtg.zero_()
    return copy


def edits(scenes: Scenes, settings: Rewrites, environment: Environment) -> dict[str, Edit]:
    """`EDITED`, with states in which nothing should change: the bank at each reward-to-go, less
    walls where the edit is about them."""
    bank = scenes.sample(settings.per_front, settings.seed)
    made = {}
    for name, (kind, thing, sign) in EDITED.items():
        walls = bank.fronts == "wall"
        kept = bank.select((~walls).to_numpy()) if thing == Object.WALL else bank
        others: Windows = together([kept.windows(told) for told in ENDS.values()])
        targets = in_rooms(kind, thing, HIGH, settings, environment)
        made[name] = Edit(sign, targets, others, kind, HIGH)
    return made


@torch.no_grad()
def sound(model: DecisionTransformer) -> DecisionTransformer:
    return deepcopy(model).requires_grad_(False)


def plant(
    model: DecisionTransformer, scenes: Scenes, settings: Rewrites, environment: Environment
) -> dict[str, DecisionTransformer]:
    """The model as it is, and with each flaw that can be had; of one layer and one timestep."""
    (mlp,) = (place for place in places(model) if place.name == "W_out")
    wanted = {-1: settings.refused, 1: settings.entered}
    found = {SOUND: sound(model), DEAF: deaf(model)}
    for name, edit in edits(scenes, settings, environment).items():
        changed = change(model, mlp, edit, wanted[edit.sign])
        if changed is not None:
            found[name] = changed
    return found
