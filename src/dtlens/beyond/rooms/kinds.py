"""Kinds of rooms, each unlike the game's in one thing."""

from dtlens.beyond.rooms.batch import Colour, Rooms
from dtlens.env.dynamic_obstacles import GOAL, INTERIOR, SIZE, Square

START, EDGES = (1, 1), (1, SIZE - 2)
TRAINED = "trained"


def walls_beside(cell: Square) -> int:
    """0 off the walls, 1 at one, 2 in a corner."""
    return sum(at in EDGES for at in cell)


# Where a goal may be by the walls beside it, the game's own place and the start left out.
OFF_WALLS, AT_WALL, OTHER_CORNER = (
    [cell for cell in INTERIOR if walls_beside(cell) == count and cell not in (START, GOAL)]
    for count in range(3)
)


def one_of(cells: list[Square]) -> tuple[tuple[Square, ...], ...]:
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
# How much the rooms of training differ, in where the goal is and in colours.
FOUR: list[Square] = [GOAL, (6, 3), (3, 4), (4, 2)]  # a corner, at a wall, and two off the walls
MANY: tuple[Colour, ...] = ("blue", "red", "yellow")
PLACES = [cell for cell in INTERIOR if cell != START]
DOSES: dict[str, Rooms] = {
    "ours": Rooms(),
    "four": Rooms(goals=one_of(FOUR)),
    "anywhere": Rooms(goals=one_of(PLACES)),
    "coloured": Rooms(colours=MANY),
    "anywhere_coloured": Rooms(goals=one_of(PLACES), colours=MANY),
}
# What a model of any dose is asked; no goal here is one of `FOUR`, and no colour of `MANY`.
NEW_PLACES = [cell for cell in OFF_WALLS if cell not in FOUR]
UNSEEN: tuple[Colour, ...] = ("green", "purple", "grey")
TESTS: dict[str, Rooms] = {
    TRAINED: Rooms(),
    OFF: Rooms(goals=one_of(NEW_PLACES)),
    "unseen colours": Rooms(colours=UNSEEN),
    "both": Rooms(goals=one_of(NEW_PLACES), colours=UNSEEN),
}
