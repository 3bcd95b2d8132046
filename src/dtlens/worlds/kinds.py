"""Kinds of rooms, each unlike the game's in one thing."""

from dtlens.task.dynamic_obstacles import GOAL, INTERIOR, SIZE, Cell
from dtlens.worlds.batch import Rooms

START, EDGES = (1, 1), (1, SIZE - 2)
TRAINED = "trained"


def walls_beside(cell: Cell) -> int:
    """0 off the walls, 1 at one, 2 in a corner."""
    return sum(at in EDGES for at in cell)


# Where a goal may be by the walls beside it, the game's own place and the start left out.
OFF_WALLS, AT_WALL, OTHER_CORNER = (
    [cell for cell in INTERIOR if walls_beside(cell) == count and cell not in (START, GOAL)]
    for count in range(3)
)


def one_of(cells: list[Cell]) -> tuple[tuple[Cell, ...], ...]:
    """A goal in one of these cells."""
    return tuple((cell,) for cell in cells)


KINDS: dict[str, Rooms] = {
    TRAINED: Rooms(),
    "start anywhere": Rooms(anywhere=True),
    "goal in another corner": Rooms(goals=one_of(OTHER_CORNER)),
    "goal at a wall": Rooms(goals=one_of(AT_WALL)),
    "goal off the walls": Rooms(goals=one_of(OFF_WALLS)),
    "a second goal off the walls": Rooms(goals=tuple((GOAL, cell) for cell in OFF_WALLS)),
    "no goal": Rooms(goals=((),)),
    "red obstacles": Rooms(colours=("red",)),
    "green obstacles": Rooms(colours=("green",)),
    "grey obstacles": Rooms(colours=("grey",)),
    "boxes": Rooms(kind="box"),
    "no obstacles": Rooms(obstacles=0),
    "eight obstacles": Rooms(obstacles=8),
    "a room of 6": Rooms(size=6, goals=(((4, 4),),)),
    "a room of 10": Rooms(size=10, goals=(((8, 8),),)),
}
OFF, NO_GOAL, RED = "goal off the walls", "no goal", "red obstacles"
