"""The game, MiniGrid-Dynamic-Obstacles-8x8: how it ends, and scenes placed in it."""

import itertools
from enum import IntEnum
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, UInt8

from dtlens.env.minigrid import Action, Object, front_object
from dtlens.env.settings import Environment

# What a view can hold.
SEEN = [Object.UNSEEN, Object.EMPTY, Object.WALL, Object.BALL, Object.GOAL]
# The returns that the study asks about: of a collision, of a time-out, of a short way to the goal.
LOW, MIDDLE, HIGH = -1.0, 0.0, 0.9


class Outcome(IntEnum):
    """How an episode ends."""

    GOAL = 0
    OBSTACLE = 1
    WALL = 2
    TIME_OUT = 3


OUTCOMES = [outcome.name.lower() for outcome in Outcome]


def classify(
    reward: Float[np.ndarray, " episode"],
    terminated: Bool[np.ndarray, " episode"],
    front: UInt8[np.ndarray, " episode"],
) -> UInt8[np.ndarray, " episode"]:
    """The outcome of episodes from their last step: its reward and the object faced before it."""
    hit = np.where(front == Object.WALL, Outcome.WALL, Outcome.OBSTACLE)
    by_end = np.where(reward > 0, Outcome.GOAL, hit)
    return np.where(terminated, by_end, Outcome.TIME_OUT).astype(np.uint8)


SIZE = 8
GOAL = (6, 6)
STEP = [(1, 0), (0, 1), (-1, 0), (0, -1)]  # MiniGrid's directions: right, down, left, up
OBSTACLES = 4
FRONTS = ["empty", "wall", "obstacle", "goal_from_top", "goal_from_left"]
Square = tuple[int, int]  # x, y of a cell of the room
INTERIOR: list[Square] = list(itertools.product(range(1, SIZE - 1), range(1, SIZE - 1)))


def legal_placements() -> dict[str, list[tuple[Square, int]]]:
    """Every (agent cell, direction) at which the agent can face each kind of front object."""
    placements: dict[str, list[tuple[Square, int]]] = {front: [] for front in FRONTS}
    for cell, direction in itertools.product(INTERIOR, range(4)):
        ahead = _ahead(cell, direction)
        if cell == GOAL:
            continue
        if ahead == GOAL:
            fronts = ["goal_from_top" if cell[0] == GOAL[0] else "goal_from_left"]
        else:
            fronts = ["empty", "obstacle"] if ahead in INTERIOR else ["wall"]
        for front in fronts:
            placements[front].append((cell, direction))
    return placements


def _ahead(cell: Square, direction: int) -> Square:
    dx, dy = STEP[direction]
    return cell[0] + dx, cell[1] + dy


def build_scenes(
    environment: Environment, per_front: int, times: range, generator: np.random.Generator
) -> tuple[pd.DataFrame, UInt8[np.ndarray, "scene 7 7 3"]]:
    """`per_front` scenes for each front object, with labels, and the agent's view of each.

    Labels: front, agent_x, agent_y, direction (0 right, 1 down, 2 left, 3 up), obstacles (four
    x, y pairs), t (the timestep at which the scene is shown, drawn from `times`). Obstacles that
    are not in front stand anywhere free, drawn anew for each scene.
    """
    import gymnasium
    import minigrid  # noqa: F401  (registers the environments)

    env: Any = gymnasium.make(environment.id).unwrapped
    env.reset(seed=0)
    labels, views = [], []
    for front, placements in legal_placements().items():
        for cell, direction in itertools.islice(itertools.cycle(placements), per_front):
            ahead = _ahead(cell, direction)
            free = [c for c in INTERIOR if c not in (cell, ahead, GOAL)]
            drawn = [free[i] for i in generator.permutation(len(free))[:OBSTACLES]]
            obstacles = [ahead, *drawn[:-1]] if front == "obstacle" else drawn
            views.append(_view(env, cell, direction, obstacles))
            labels.append(
                {
                    "front": front,
                    "agent_x": cell[0],
                    "agent_y": cell[1],
                    "direction": direction,
                    "obstacles": [i for obstacle in obstacles for i in obstacle],
                    "t": int(generator.choice(times)),
                }
            )
    return pd.DataFrame(labels), np.stack(views)


def _view(
    env: Any, cell: Square, direction: int, obstacles: list[Square]
) -> UInt8[np.ndarray, "7 7 3"]:
    """What MiniGrid shows an agent placed so."""
    from minigrid.core.grid import Grid
    from minigrid.core.world_object import Ball, Goal

    env.grid = Grid(SIZE, SIZE)
    env.grid.wall_rect(0, 0, SIZE, SIZE)
    env.put_obj(Goal(), *GOAL)
    for obstacle in obstacles:
        env.put_obj(Ball(), *obstacle)
    env.agent_pos, env.agent_dir = cell, direction
    return env.gen_obs()["image"]


def give_up_logits(
    observation: UInt8[np.ndarray, "env 7 7 3"], reckless: Bool[np.ndarray, " env"]
) -> Float[np.ndarray, "env action"]:
    """Of an agent that no longer wants the goal: it moves at random, forward only where nothing is
    in front; or it is `reckless`, and always walks into an obstacle in front."""
    front = front_object(observation)
    logits = np.zeros((len(front), len(Action)))
    logits[front != Object.EMPTY, Action.FORWARD] = -np.inf
    logits[reckless & (front == Object.BALL)] = np.where(np.arange(3) == Action.FORWARD, 0, -np.inf)
    return logits


LABELS = ["front", "agent_x", "agent_y", "direction", "obstacles", "t"]  # of a placed scene
# What can stand in a cell: its object, colour and state. Unseen would be (0, 0, 0).
CONTENTS: dict[str, tuple[int, int, int]] = {
    "empty": (Object.EMPTY, 0, 0),
    "wall": (Object.WALL, 5, 0),
    "obstacle": (Object.BALL, 2, 0),
    "goal": (Object.GOAL, 1, 0),
}
WALKED_ON = ["empty", "obstacle"]  # on the way to the goal: what other contents are set against
GOALS = ["goal_from_top", "goal_from_left"]  # one object, seen from two sides
# Each avoidance: of which front object, and at which end of the rewards-to-go it is to be seen.
AVOIDANCES = {
    "obstacle_refusal": ("obstacle", "high"),
    "wall_refusal": ("wall", "high"),
    "goal_refusal_from_top": ("goal_from_top", "low"),
    "goal_refusal_from_left": ("goal_from_left", "low"),
}
# What the target reward-to-go decides: a front object is refused at this end, entered at the other.
SWITCHED = dict(AVOIDANCES[name] for name in ("obstacle_refusal", "goal_refusal_from_top"))
MAIN_AVOIDANCE = "obstacle_refusal"  # whose object is an outcome as well
# At which end a front object should be entered that should be refused at the other.
ENTERED = {"obstacle": "low", "goal_from_top": "high", "goal_from_left": "high"}
# Differences of two actions' logits, of which the first is what refusing shows in.
PREFERENCES = {"F-R": (Action.FORWARD, Action.RIGHT), "R-L": (Action.RIGHT, Action.LEFT)}


def front_names(views: UInt8[np.ndarray, "view 7 7 3"]) -> "pd.Categorical[str]":
    """What the agent faces, by the names of the scene bank.

    The goal is in a corner: coming from the top, the agent has a wall on its left.
    """
    front, left = front_object(views), views[:, 2, 6, 0]
    known = [front == item for item in (Object.EMPTY, Object.WALL, Object.BALL)]
    codes = np.select([*known, left == Object.WALL], range(4), 4)
    return pd.Categorical.from_codes(codes, pd.Index(FRONTS))
