"""Rooms of the game, placed as one likes, in the real environment."""

from dataclasses import dataclass
from typing import Any, Self, get_args

import numpy as np
import pandas as pd
from jaxtyping import UInt8

from dtlens.base.errors import UserError
from dtlens.env import dynamic_obstacles as task
from dtlens.env.dynamic_obstacles import Square
from dtlens.env.settings import Environment

(ID,) = get_args(Environment.model_fields["id"].annotation)
DIRECTIONS = ["right", "down", "left", "up"]  # MiniGrid's 0 to 3
BLUE = "blue"  # the obstacles of the game, as it begins
TILE = 32  # pixels
Thing = tuple[int, int, str]  # x, y, colour
Picture = UInt8[np.ndarray, "height width 3"]


@dataclass(frozen=True)
class World:
    """How the room stands: cells are (x, y) from 1 to 6, y downward; colours are MiniGrid's.

    As text, `str(world)` and `World.parse`: "agent 1 1 right; goal 6 6 green; ball 2 3 blue".
    """

    agent: Square = (1, 1)
    direction: int = 0
    balls: tuple[Thing, ...] = ()
    goal: Thing = (*task.GOAL, "green")

    def __post_init__(self) -> None:
        from minigrid.core.constants import COLOR_TO_IDX

        if self.direction not in range(4):
            raise UserError(f"world: direction {self.direction} is none of 0 to 3")
        things = [*self.balls, self.goal]
        if unknown := [colour for *_, colour in things if colour not in COLOR_TO_IDX]:
            raise UserError(f"world: colour {unknown[0]} is none of {', '.join(COLOR_TO_IDX)}")
        cells = [(x, y) for x, y, _ in things]
        if outside := [cell for cell in [self.agent, *cells] if cell not in task.INTERIOR]:
            raise UserError(f"world: cell {outside[0]} is outside the room, 1 to 6 each way")
        cells += [self.agent] * (self.agent != cells[-1])  # it may stand in the goal, at its end
        if twice := [cell for cell in cells if cells.count(cell) > 1]:
            raise UserError(f"world: two things are in cell {twice[0]}")

    def __str__(self) -> str:
        parts = [f"agent {self.agent[0]} {self.agent[1]} {DIRECTIONS[self.direction]}"]
        parts += [f"goal {' '.join(map(str, self.goal))}"]
        return "; ".join(parts + [f"ball {' '.join(map(str, ball))}" for ball in self.balls])

    @classmethod
    def parse(cls, text: str) -> Self:
        """The world that a text describes; raises `UserError` naming what it cannot read."""
        found: dict[str, list[Thing]] = {"agent": [], "goal": [], "ball": []}
        for part in filter(str.strip, text.split(";")):
            match part.split():
                case [("agent" | "goal" | "ball") as kind, x, y, how] if (x + y).isdecimal():
                    found[kind].append((int(x), int(y), how))
                case _:
                    raise UserError(f"world: {part.strip()!r} is not as in '{cls()}'")
        if len(found["agent"]) != 1 or len(found["goal"]) != 1:
            raise UserError(f"world: it takes one agent and one goal, as in '{cls()}'")
        ((column, row, facing),), (goal,) = found["agent"], found["goal"]
        if facing not in DIRECTIONS:
            raise UserError(f"world: direction {facing} is none of {', '.join(DIRECTIONS)}")
        return cls((column, row), DIRECTIONS.index(facing), tuple(found["ball"]), goal)

    @classmethod
    def of_scene(cls, labels: "pd.Series[Any]") -> Self:
        """That of a placed scene, from its labels."""
        balls = np.reshape(labels["obstacles"], (-1, 2)).tolist()
        agent = (int(labels["agent_x"]), int(labels["agent_y"]))
        return cls(agent, int(labels["direction"]), tuple((x, y, BLUE) for x, y in balls))

    def view(self) -> UInt8[np.ndarray, "7 7 3"]:
        """What MiniGrid shows the agent."""
        return put(self, begun()).gen_obs()["image"]

    def picture(self, of_view: bool = False) -> Picture:
        """The room as MiniGrid draws it, what the agent sees brighter; or its view, facing up."""
        return np.asarray(put(self, begun()).get_frame(tile_size=TILE, agent_pov=of_view))

    def everywhere(self) -> tuple[list[tuple[int, int, int]], UInt8[np.ndarray, "place 7 7 3"]]:
        """Every (x, y, direction) in which the agent could stand, and what it would see there."""
        taken = {(x, y) for x, y, _ in (*self.balls, self.goal)}
        free = [cell for cell in task.INTERIOR if cell not in taken]
        places = [(*cell, direction) for cell in free for direction in range(4)]
        env, views = put(self, begun()), []
        for x, y, env.agent_dir in places:
            env.agent_pos = (x, y)
            views.append(env.gen_obs()["image"])
        return places, np.stack(views)


def begun(seed: int = 0, max_steps: int | None = None) -> Any:
    """The real environment as it begins with `seed`."""
    import gymnasium
    import minigrid  # noqa: F401  (registers the environments)

    env: Any = gymnasium.make(ID, max_steps=max_steps, disable_env_checker=True).unwrapped
    env.reset(seed=seed)
    return env


def put(world: World, env: Any) -> Any:
    """The environment, with its room made to be as the `world`."""
    from minigrid.core.grid import Grid
    from minigrid.core.world_object import Ball, Goal

    env.grid = Grid(task.SIZE, task.SIZE)
    env.grid.wall_rect(0, 0, task.SIZE, task.SIZE)
    goal = Goal()
    *cell, goal.color = world.goal
    env.put_obj(goal, *cell)
    env.obstacles = [Ball(colour) for *_, colour in world.balls]
    for ball, (x, y, _) in zip(env.obstacles, world.balls, strict=True):
        env.put_obj(ball, x, y)
    env.agent_pos, env.agent_dir = world.agent, world.direction
    return env


def world_of(env: Any) -> World:
    """How an environment's room is."""
    things = [(index, thing) for index, thing in enumerate(env.grid.grid) if thing is not None]
    ((index, goal),) = ((index, thing) for index, thing in things if thing.type == "goal")
    y, x = divmod(index, task.SIZE)
    balls = ((*map(int, ball.cur_pos), ball.color) for ball in env.obstacles)
    column, row = map(int, env.agent_pos)
    return World((column, row), int(env.agent_dir), tuple(balls), (x, y, goal.color))
