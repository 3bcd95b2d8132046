"""Cells that look the same.

An agent sees the room as it faces. Without a goal a room that is turned by a quarter looks as it
did, so that no behaviour can tell a cell from the three that a quarter turn takes it to.
"""

import numpy as np
from jaxtyping import Int

from dtlens.beyond.rooms.batch import EMPTY, Batch
from dtlens.env.dynamic_obstacles import INTERIOR, SIZE, STEP, Square

MIDDLE = (SIZE - 1) / 2
ORBITS = [cell for cell in INTERIOR if max(cell) < MIDDLE]  # one cell of each, of the top left


def orbit(cell: Square) -> list[Square]:
    """The cell, and where quarter turns of the room take it."""
    found = [cell]
    for _ in range(3):
        x, y = found[-1]
        found.append((SIZE - 1 - y, x))
    return found


def steps_to(
    rooms: Batch, cell: Square
) -> tuple[Int[np.ndarray, " room"], Int[np.ndarray, " room"]]:
    """How many steps each room's agent needs to the cell, if nothing is in the way, and how many
    cells to its right that is."""
    y, x = np.divmod(rooms.agent, rooms.width)
    to_y, to_x = np.divmod(rooms.cell_of(*cell), rooms.width)
    ahead_x, ahead_y = np.array(STEP)[rooms.heading].T
    forward = (to_x - x) * ahead_x + (to_y - y) * ahead_y
    right = (to_y - y) * ahead_x - (to_x - x) * ahead_y
    turns = np.where(forward < 0, 2, right != 0)
    return abs(forward) + abs(right) + turns, right


def nearest(rooms: Batch, cells: list[Square]) -> Int[np.ndarray, " room"]:
    """The number (`Batch.cell_of`) of the empty one of the cells that each room's agent reaches
    first; of two that of the right, so that a turned room has the turned one. There must be one."""
    far = []
    for cell in cells:
        steps, right = steps_to(rooms, cell)
        taken = rooms.board[:, rooms.cell_of(*cell)] != EMPTY
        far.append(np.where(taken, np.inf, steps - right / 100))
    numbers = np.array([rooms.cell_of(*cell) for cell in cells])
    return numbers[np.argmin(far, axis=0)]
