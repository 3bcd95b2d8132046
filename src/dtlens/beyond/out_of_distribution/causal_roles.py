"""Which component carries what a model does about a goal.

In play without it, and by its part in the choice in front of one.
"""

from typing import cast

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from dtlens.analysis.behaviour.ablation import (
    Ablated,
    on_policy_windows,
    reference_pools,
    run_edited,
)
from dtlens.analysis.behaviour.settings import Behaviour
from dtlens.analysis.lens.components import components, heads_and_mlps
from dtlens.analysis.lens.preferences import forward_probability, preference
from dtlens.analysis.scenes.bank import one_step
from dtlens.base.intervals import mean_intervals
from dtlens.beyond.out_of_distribution.behaviour import COLUMNS, WHOLE, in_rooms
from dtlens.beyond.out_of_distribution.settings import OutOfDistribution
from dtlens.beyond.rooms.batch import Rooms
from dtlens.beyond.rooms.kinds import (
    AT_WALL,
    KINDS,
    NO_GOAL,
    OFF,
    OFF_WALLS,
    OTHER_CORNER,
    TRAINED,
    one_of,
)
from dtlens.beyond.rooms.views import facing
from dtlens.env.dynamic_obstacles import GOAL
from dtlens.env.minigrid import Object
from dtlens.env.settings import Environment
from dtlens.model.block import Block
from dtlens.model.cell import Cell
from dtlens.model.transformer import DecisionTransformer, Windows
from dtlens.play.players import model_player

SCENE = "scene"
# Where the goal is that stands in front, and the cells that this may be.
FACED = {
    "goal in its corner": [GOAL],
    "goal in another corner": OTHER_CORNER,
    "goal at a wall": AT_WALL,
    OFF: OFF_WALLS,
}


def groups(cell: Cell) -> dict[str, list[str]]:
    """What is taken away together: all heads, all MLPs, both."""
    heads, mlps = ([one.name for one in kind] for kind in heads_and_mlps(cell))
    return {"heads": heads, "MLP": mlps, "heads and MLP": heads + mlps}


def ablated_play(
    model: DecisionTransformer,
    settings: OutOfDistribution,
    behaviour: Behaviour,
    environment: Environment,
) -> pd.DataFrame:
    """`in_rooms`, without each of `groups`: the mean over the model's own play in their place."""
    pools = reference_pools(model, on_policy_windows(model, behaviour, environment))["mean"]
    kinds, seed = {name: KINDS[name] for name in (TRAINED, OFF, NO_GOAL)}, behaviour.seed
    tables = []
    for name, members in groups(model.cell).items():
        edited = Ablated(model, members, pools, seed)
        player = model_player(edited, model.cell.context, settings.rtg, environment, seed)
        tables.append(in_rooms(player, kinds, settings.ablation_episodes, seed, name))
    return pd.concat(tables, ignore_index=True)


def faced(
    cells: list[tuple[int, int]],
    times: range,
    settings: OutOfDistribution,
    environment: Environment,
) -> Windows:
    """What agents see that have a goal in one of the cells in front, each at one of the times: of
    `scenes` rooms as they begin, with the agent anywhere."""
    rooms = Rooms(goals=one_of(cells))
    views = facing(Object.GOAL, rooms, environment, settings.scenes, settings.seed)
    drawn = np.random.default_rng(settings.seed).choice(times, len(views))
    return one_step(views, settings.rtg, drawn)


@torch.no_grad()
def parts(model: DecisionTransformer, windows: Windows) -> dict[str, Float[Tensor, " batch"]]:
    """Each group's part in F-R at the state, the rest of it ("state token": embeddings and biases),
    the whole, and P(forward)."""
    direction = preference(model.W_U)
    outputs: dict[str, Tensor] = {}

    def keep(name: str, output: Tensor) -> Tensor:
        return outputs.setdefault(name, output)

    logits = run_edited(model, model.embed(windows), keep)
    found = {"heads": torch.zeros(len(logits)), "MLP": torch.zeros(len(logits))}
    size = model.cell.width // model.cell.heads
    for one in components(model.cell):
        output = outputs[one.name][-1]  # at the last state
        if one.head is None:
            found["MLP"] = found["MLP"] + output @ direction
        else:
            block = cast(Block, model.blocks[one.layer])
            written = block.W_O[one.head * size : (one.head + 1) * size]
            found["heads"] = found["heads"] + output @ (written @ direction)
    whole = preference(logits)
    rest = whole - found["heads"] - found["MLP"]
    return {"state token": rest} | found | {"F-R": whole, "forward": forward_probability(logits)}


def choices(
    model: DecisionTransformer,
    times: range,
    settings: OutOfDistribution,
    environment: Environment,
) -> pd.DataFrame:
    """The means of `parts` where a goal is in front, by where it is: events in scenes at the
    timesteps `times`. Columns: `COLUMNS`; intervals are 95% bootstrap ones over scenes.

    Of models of one timestep.
    """
    generator, tables = np.random.default_rng(settings.seed), []
    for kind, cells in FACED.items():
        found = parts(model, faced(cells, times, settings, environment))
        values = pd.DataFrame({name: part.double().numpy() for name, part in found.items()})
        low, high = mean_intervals(values.to_numpy(), generator)
        columns = {"value": values.mean(), "low": low, "high": high}
        table = pd.DataFrame(columns).rename_axis("event").reset_index()
        tables.append(table.assign(evidence=SCENE, kind=kind, ablated=WHOLE, n=len(values)))
    return pd.concat(tables, ignore_index=True)[COLUMNS]
