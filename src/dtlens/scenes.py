"""The scene bank: placed scenes, balanced over what the agent faces, as MiniGrid itself shows them.

On-policy states hold almost no opportunity to do what a model avoids; placed scenes ask it
directly. For each front object, every legal agent cell and direction occurs equally often (when
the number of scenes is a multiple of 1276, the least that 116, 22 and 1 placements divide).
"""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from jaxtyping import UInt8

from dtlens.environments import VIEW
from dtlens.io.errors import UserError
from dtlens.io.files import aside
from dtlens.io.provenance import KEY, note_input, stamp
from dtlens.params.environment import Environment

SIZE = 8
GOAL = (6, 6)
STEP = [(1, 0), (0, 1), (-1, 0), (0, -1)]  # MiniGrid's directions: right, down, left, up
OBSTACLES = 4
FRONTS = ["empty", "wall", "obstacle", "goal_from_top", "goal_from_left"]
Cell = tuple[int, int]
INTERIOR: list[Cell] = list(itertools.product(range(1, SIZE - 1), range(1, SIZE - 1)))


def legal_placements() -> dict[str, list[tuple[Cell, int]]]:
    """Every (agent cell, direction) at which the agent can face each kind of front object."""
    placements: dict[str, list[tuple[Cell, int]]] = {front: [] for front in FRONTS}
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


def _ahead(cell: Cell, direction: int) -> Cell:
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
    env: Any, cell: Cell, direction: int, obstacles: list[Cell]
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


def write_scenes(path: Path, labels: pd.DataFrame, views: UInt8[np.ndarray, "scene 7 7 3"]) -> None:
    """Write the bank as parquet: a row a scene, its view as 147 bytes in `observation`."""
    rows = labels.assign(observation=[view.tobytes() for view in views])
    table = pa.Table.from_pandas(rows, preserve_index=False)
    with aside(path) as temporary:
        pq.write_table(table.replace_schema_metadata({KEY: stamp()}), temporary, compression="zstd")


def read_scenes(path: Path) -> tuple[pd.DataFrame, UInt8[np.ndarray, "scene 7 7 3"]]:
    """Labels and views of the bank; raises `UserError` naming the file if it is not one."""
    note_input(path)
    try:
        labels = pd.read_parquet(path)
        packed = b"".join(labels.pop("observation"))
        views = np.frombuffer(packed, np.uint8).reshape(len(labels), *VIEW)
        if list(labels.columns) != ["front", "agent_x", "agent_y", "direction", "obstacles", "t"]:
            raise ValueError("columns are those of another table")
    except FileNotFoundError as error:
        raise UserError(f"{path}: no such file; `dvc pull` or `dvc repro` brings it") from error
    except (pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise UserError(f"{path}: not a scene bank: {' '.join(str(error).split())}") from error
    return labels, views
