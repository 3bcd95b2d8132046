"""What a model is shown: placed scenes, the bank of them, and windows of one's own."""

from collections.abc import Sequence
from contextlib import chdir
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Shaped
from torch import Tensor

from dtlens.analysis.scenes import build
from dtlens.analysis.scenes.bank import Scenes
from dtlens.analysis.scenes.settings import Times
from dtlens.base.errors import UserError
from dtlens.base.settings import load
from dtlens.env import dynamic_obstacles as game
from dtlens.env.dynamic_obstacles import Square
from dtlens.env.minigrid import COLOURS, FRONT, OBJECTS, STATES, VIEW, Action, Object
from dtlens.env.world import BLUE, World
from dtlens.library.project import in_project, project
from dtlens.model.transformer import Windows

BALLS = 4  # as many as the game has
GLYPHS = dict(zip(sorted(Object), "?.#oG", strict=True))
LARGEST = torch.tensor([OBJECTS, COLOURS, STATES]) - 1


class Shown(Windows):
    """Windows that can be read: `print` one. A model takes it as it is.

    The tensors are rtg [batch, step], observation [batch, step, 7, 7, 3] with axes (x, y, channel)
    and channels (object, colour, state), action [batch, step] (the last is not looked at) and time
    [batch, step].
    """

    __slots__ = ()

    @property
    def fronts(self) -> Shaped[np.ndarray, " batch"]:
        """What the agent has in front at each window's last step, by the bank's names."""
        return np.asarray(game.front_names(self.observation[:, -1].numpy()), str)

    def __repr__(self) -> str:
        count, steps = self.rtg.shape
        if count != 1:
            fronts, counts = np.unique(self.fronts, return_counts=True)
            said = ", ".join(f"{n} {front}" for front, n in zip(fronts, counts, strict=True))
            return f"{count} windows, steps: {steps}; in front: {said}"
        return "\n".join(
            f"RTG {self.rtg[0, step]:.3g}, t = {self.time[0, step]}\n{picture(view)}"
            for step, view in enumerate(self.observation[0])
        )


def picture(view: Tensor) -> str:
    """A view in letters, with the agent at its bottom, facing up: wall #, ball o, goal G."""
    rows = [[GLYPHS.get(cell, "?") for cell in row] for row in view[..., 0].T.tolist()]
    rows[FRONT[1] + 1][FRONT[0]] = "^"
    return "\n".join(" ".join(row) for row in rows)


def window(
    observation: Any, rtg: float, action: Sequence[int] | None = None, t: int | None = None
) -> Shown:
    """One window of views of one's own.

    `observation` is the agent's view as MiniGrid gives it, integers [7, 7, 3], or one a timestep
    [step, 7, 7, 3]. `rtg` is the target reward-to-go at every step. `action` are those taken, one
    between two steps (0 left, 1 right, 2 forward); one step needs none. `t` is the time of the last
    step, by default the bank's first, or as late as there are steps. Raises `UserError` naming what
    is no view or missing.
    """
    views = torch.as_tensor(np.asarray(observation))
    views = views[None] if views.ndim == 3 else views
    if views.ndim != 4 or not len(views) or tuple(views.shape[1:]) != VIEW:
        raise UserError(f"observation: the shape is {list(views.shape)}, not [step, 7, 7, 3]")
    if views.is_floating_point() or (views < 0).any() or (views > LARGEST).any():
        raise UserError(
            "observation: holds what MiniGrid's view does not; its channels object, colour, state"
            f" end at {LARGEST.tolist()}"
        )
    steps = len(views)
    taken = [0] if action is None and steps == 1 else [*(action or []), 0]
    if len(taken) != steps or not set(taken) <= set(Action):
        raise UserError(
            f"action: {steps} timesteps have {steps - 1} actions between them, each 0, 1 or 2;"
            f" {list(action or [])} was given"
        )
    last = max(first_time(), steps - 1) if t is None else t
    if last < steps - 1:
        raise UserError(f"t: the last of {steps} timesteps is not before {steps - 1}")
    return Shown(
        rtg=torch.full((1, steps), float(rtg)),
        observation=views[None].to(torch.uint8),
        action=torch.tensor([taken]),
        time=torch.arange(last - steps + 1, last + 1)[None],
    )


def scene(
    front: str | None = None,
    rtg: float = 0.9,
    *,
    agent: Square | None = None,
    direction: int = 0,
    balls: Sequence[Square] | None = None,
    t: int | None = None,
    seed: int = 0,
) -> Shown:
    """One placed scene of the game, as MiniGrid shows it to the agent.

    `front` is what the agent faces: empty, wall, obstacle, goal_from_top or goal_from_left; where
    it stands, and the rest, is drawn from `seed`. Or `agent` is its cell (x, y from 1 to 6), with
    `direction` 0 right, 1 down, 2 left, 3 up, and `balls` the cells of what moves (drawn as well
    by default). `rtg` is the target reward-to-go; `t` as in `window`. Raises `UserError` naming
    what cannot be placed.
    """
    generator = np.random.default_rng(seed)
    placements = game.legal_placements()
    if agent is None:
        if front not in placements:
            raise UserError(f"front: {front!r} is none of {', '.join(placements)}")
        places = placements[front]
        agent, direction = places[generator.integers(len(places))]
    elif front is not None:
        raise UserError("front: where the agent stands says what is in front; leave one out")
    free = [cell for cell in game.INTERIOR if cell not in (agent, game.GOAL)]
    if agent not in game.INTERIOR or agent == game.GOAL or direction not in range(4):
        raise UserError(f"agent: cannot stand at {agent}, facing {direction}")
    dx, dy = game.STEP[direction]
    ahead = (agent[0] + dx, agent[1] + dy)
    if balls is None:
        others = [cell for cell in free if cell != ahead]
        balls = [others[row] for row in generator.permutation(len(others))[:BALLS]]
        if game.CONTENTS.get(front or "", (None,))[0] == Object.BALL:
            balls[0] = ahead
    if taken := [cell for cell in balls if cell not in free]:
        raise UserError(f"balls: {taken[0]} is the agent's, the goal's, or outside the room")
    things = tuple((x, y, BLUE) for x, y in balls)
    return window(World(agent, direction, things).view(), rtg, t=t)


def bank(rtg: float = 0.9, per_front: int | None = None) -> Shown:
    """The pipeline's placed scenes, balanced over what is in front, at the reward-to-go `rtg`.

    Or so many scenes `per_front`, the same at each call. Each is shown at its own time. They are
    those of data/scenes.parquet, or built by params.yaml where that is not there (in 10 seconds).
    """
    scenes = bank_scenes()
    if per_front is not None:
        if per_front > (most := scenes.fronts.value_counts().min()):
            raise UserError(f"per_front: the bank has {most} scenes of each, not {per_front}")
        scenes = scenes.sample(per_front, seed=0)
    return Shown(*scenes.windows(rtg))


def bank_scenes() -> Scenes:
    """The bank, with its labels."""
    return _bank(project())


@cache
def _bank(folder: Path) -> Scenes:
    with chdir(folder):
        return build.bank()


def first_time() -> int:
    """The first timestep that the bank's scenes are shown at."""
    with in_project():
        return load("scenes.times", Times).first


def bank_world(index: int) -> tuple[World, int]:
    """How the room stands in scene number `index` of the bank, and the timestep at which the scene
    is shown."""
    labels = bank_scenes().labels
    if index not in range(len(labels)):
        raise UserError(f"bank: scene {index} is none of 0 to {len(labels) - 1}")
    scene = labels.iloc[index]
    return World.of_scene(scene), int(scene["t"])
