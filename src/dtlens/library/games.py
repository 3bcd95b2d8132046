"""The real game, a step at a time."""

from typing import Self

import numpy as np
import torch

from dtlens.base.errors import UserError
from dtlens.base.settings import load
from dtlens.env import dynamic_obstacles as task
from dtlens.env.minigrid import Action, front_object
from dtlens.env.settings import Environment
from dtlens.env.world import World, begun, put, world_of
from dtlens.library.project import in_project
from dtlens.library.showing import Shown

LETTERS = {action.name[0]: action for action in Action}  # L, R, F


class Game:
    """A game of the real environment, step by step.

    It begins with the environment's own draw from `seed`, or with `world`; `start` is its first
    timestep. Everything that happens follows from these and the actions. `worlds`, one a step, are
    how it stood; `actions` lie between them; `reward` is the last; `outcome` is None while it goes
    on, else goal, obstacle, wall or time_out.
    """

    def __init__(self, seed: int = 0, world: World | None = None, start: int = 0) -> None:
        self.begun = (seed, world, start)
        with in_project():
            most = load("environment", Environment).max_steps
        self._env = begun(seed, most)
        if world is not None:
            put(world, self._env)
        self._env.step_count = self.start = start
        self.worlds = [world_of(self._env)]
        self.views = [self._env.gen_obs()["image"]]
        self.actions: list[Action] = []
        self.reward, self.outcome = 0.0, None if start < self._env.max_steps else "time_out"

    @classmethod
    def played(cls, seed: int, world: World | None, start: int, actions: str) -> Self:
        """The game after `actions`, of letters L, R, F as in "LFF"; those after its end are not
        played. Raises `UserError` naming a letter that is none."""
        game = cls(seed, world, start)
        game.play(actions)
        return game

    @property
    def letters(self) -> str:
        """The actions, as `play` takes them."""
        return "".join(action.name[0] for action in self.actions)

    @property
    def steps_left(self) -> int:
        """How many more there can be."""
        return 0 if self.outcome else int(self._env.max_steps - self._env.step_count)

    def play(self, actions: str) -> None:
        """Go on with `actions`, up to the end."""
        for letter in actions:
            if letter not in LETTERS:
                raise UserError(f"actions: {letter!r} is none of {', '.join(LETTERS)}")
            if self.outcome is None:
                self.step(LETTERS[letter])

    def step(self, action: Action) -> None:
        """Take one `action`: 0 left, 1 right, 2 forward."""
        front = front_object(self.views[-1])
        observation, reward, terminated, truncated, _ = self._env.step(int(action))
        self.actions.append(action)
        self.views.append(observation["image"])
        self.worlds.append(world_of(self._env))
        self.reward = float(reward)
        if terminated or truncated:
            ended = task.classify(
                np.array([self.reward]), np.array([terminated]), np.array([front], np.uint8)
            )
            self.outcome = task.OUTCOMES[int(ended[0])]

    def window(self, context: int, rtg: float, at: int | None = None) -> Shown:
        """What a model that sees `context` timesteps is shown at step `at` (the last, if none is
        given), at target return `rtg`."""
        at = len(self.actions) if at is None else at
        first = max(0, at - context + 1)
        times = torch.arange(first, at + 1) + self.start
        return Shown(
            rtg=torch.full((1, len(times)), float(rtg)),
            observation=torch.from_numpy(np.stack(self.views[first : at + 1])[None]),
            action=torch.tensor([[*map(int, self.actions[first:at]), 0]]),
            time=times[None],
        )
