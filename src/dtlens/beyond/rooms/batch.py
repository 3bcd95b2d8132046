"""Many rooms at once, as one likes them: the game's rules in NumPy, with EnvPool's interface.

EnvPool cannot move the goal, recolour what is in the way, or add to it; MiniGrid can, one room at a
time. Here a step of all rooms is one pass over arrays, and a loop over the obstacles of a room.
"""

from dataclasses import dataclass
from typing import Any, Generic, Literal, NamedTuple, TypeVar

import numpy as np
from jaxtyping import Bool, Float, Int, Int64, UInt8

from dtlens.base.errors import UserError
from dtlens.env import dynamic_obstacles as task
from dtlens.env.dynamic_obstacles import Square
from dtlens.env.minigrid import FRONT, VIEW, Action, Object, Observations
from dtlens.env.settings import Environment

Colour = Literal["red", "green", "blue", "purple", "yellow", "grey"]
COLOURS: list[Colour] = ["red", "green", "blue", "purple", "yellow", "grey"]  # MiniGrid's order
KINDS = {"key": 5, "ball": Object.BALL, "box": 7}
EMPTY, WALL, GOAL, FIRST = range(4)  # what a cell holds; from FIRST on obstacles, by colour
SIGHT = max(VIEW[:2]) - 1  # how far beyond a room's walls its agent can see
TURN = np.array([-1, 1, 0])  # of the actions left, right, forward


@dataclass(frozen=True)
class Rooms:
    """What rooms are like. An episode draws one of `goals`, each a list of goals (all as many, or
    none), each obstacle one of `colours`, and where it stands; the agent starts in the corner
    (1, 1), facing right, or `anywhere`. Cells are (x, y) from 1 to size - 2, y downward.
    """

    size: int = task.SIZE
    goals: tuple[tuple[Square, ...], ...] = ((task.GOAL,),)
    obstacles: int = task.OBSTACLES
    kind: Literal["key", "ball", "box"] = "ball"
    colours: tuple[Colour, ...] = ("blue",)
    anywhere: bool = False

    def __post_init__(self) -> None:
        inside = range(1, self.size - 1)
        for cell in (cell for goals in self.goals for cell in goals):
            if not (cell[0] in inside and cell[1] in inside):
                raise UserError(f"rooms: the goal {cell} is outside the room, {inside}")
            if cell == (1, 1) and not self.anywhere:
                raise UserError("rooms: the goal (1, 1) is where the agent starts")
        if len({len(set(goals)) for goals in self.goals}) != 1:
            raise UserError("rooms: every episode must have as many goals")
        if self.obstacles + len(self.goals[0]) >= len(inside) ** 2:
            raise UserError(f"rooms: {self.obstacles} obstacles leave no room")

    def make(self, environment: Environment, count: int, seed: np.random.SeedSequence) -> "Batch":
        """`count` such rooms, with the environment's limit of steps."""
        return Batch(self, environment.max_steps, count, seed)


class Answer(NamedTuple):
    """What a step gives, as EnvPool does, rooms in the order in which they were asked for."""

    observation: dict[str, Observations]
    reward: Float[np.ndarray, " room"]
    terminated: Bool[np.ndarray, " room"]
    truncated: Bool[np.ndarray, " room"]
    info: dict[str, Any]


class Batch:
    """Rooms that are played side by side. An ended episode's next step only begins another one.

    `agent`, `heading` (0 right, 1 down, 2 left, 3 up) and `places` (obstacles') say how the rooms
    are now; cells are numbered row by row, on a board with a margin of `SIGHT` walls (`cell_of`).
    All that is random follows from the seed, and what happens in one room from no other: where
    things stand at first, if all begin together, and how chance falls at each step.
    """

    def __init__(
        self, rooms: Rooms, max_steps: int, count: int, seed: np.random.SeedSequence
    ) -> None:
        self.rooms, self.max_steps, self.count = rooms, max_steps, count
        self._layouts, self._moves = map(np.random.default_rng, seed.spawn(2))
        self.width = rooms.size + 2 * SIGHT
        inside = np.arange(SIGHT + 1, SIGHT + rooms.size - 1)
        self.inside = (inside[:, None] * self.width + inside).ravel()
        self._bare = np.full(self.width**2, WALL, np.uint8)
        self._bare[self.inside] = EMPTY
        goals = np.array(rooms.goals, np.int64).reshape(len(rooms.goals), -1, 2)
        self._goals = self.cell_of(goals[..., 0], goals[..., 1])
        codes = [COLOURS.index(colour) for colour in rooms.colours]
        self._looks = np.array(
            [task.CONTENTS[name] for name in ("empty", "wall", "goal")]
            + [(KINDS[rooms.kind], code, 0) for code in codes],
            np.uint8,
        )
        self._ahead = np.array([x + y * self.width for x, y in task.STEP])
        right, across = np.roll(self._ahead, -1), np.arange(VIEW[0]) - FRONT[0]
        beyond = FRONT[1] + 1 - np.arange(VIEW[1])  # cells ahead of the agent
        self._sight = (
            right[:, None, None] * across[:, None] + self._ahead[:, None, None] * beyond
        ).reshape(4, -1)
        self._around = np.array(
            [x + y * self.width for y in (-1, 0, 1) for x in (-1, 0, 1) if x or y]
        )
        self.board = np.empty((count, self.width**2), np.uint8)
        self.agent, self.heading, self.clock = np.zeros((3, count), np.int64)
        self.places = np.zeros((count, rooms.obstacles), np.int64)
        self._over = np.ones(count, bool)

    def cell_of(self, x: Any, y: Any) -> Any:
        """The number of the cell (x, y) of the room."""
        return (y + SIGHT) * self.width + x + SIGHT

    def reset(self) -> tuple[dict[str, Observations], dict[str, Any]]:
        rows = np.arange(self.count)
        self._begin(rows)
        return {"image": self.views(rows)}, {"env_id": rows}

    def step(
        self, actions: Int[np.ndarray, " room"], ids: Int[np.ndarray, " room"] | None = None
    ) -> Answer:
        """Take a step in the rooms `ids`, in all if there are none."""
        rows = np.arange(self.count) if ids is None else ids.astype(np.int64)
        chance = self._moves.random(self.places.shape)[rows]  # of all, so that none hangs on `ids`
        over = self._over[rows]
        reward = np.zeros(len(rows), np.float32)
        terminated, truncated = np.zeros((2, len(rows)), bool)
        self._begin(rows[over])
        goes = np.flatnonzero(~over)
        reward[goes], terminated[goes] = self._advance(rows[goes], actions[goes], chance[goes])
        truncated[goes] = self.clock[rows[goes]] >= self.max_steps
        self._over[rows] = terminated | truncated
        return Answer({"image": self.views(rows)}, reward, terminated, truncated, {"env_id": rows})

    def views(self, rows: Int64[np.ndarray, " room"]) -> UInt8[np.ndarray, "room 7 7 3"]:
        """What the agents of these rooms see; where each stands it sees nothing."""
        seen = self.agent[rows, None] + self._sight[self.heading[rows]]
        held = self.board[rows[:, None], seen]
        held[:, FRONT[0] * VIEW[1] + FRONT[1] + 1] = EMPTY
        return self._looks[held].reshape(-1, *VIEW)

    def _begin(self, rows: Int64[np.ndarray, " room"]) -> None:
        count, generator = len(rows), self._layouts
        self.board[rows] = self._bare
        goals = self._goals[generator.integers(len(self._goals), size=count)]
        self.board[rows[:, None], goals] = GOAL
        order = generator.random((count, len(self.inside)))
        # The agent's cell comes first of those that are free, in the corner or at random.
        first = 0.0 if self.rooms.anywhere else -1.0
        order[:, 0] += first
        order[self.board[rows[:, None], self.inside] != EMPTY] = 2.0
        drawn = self.inside[order.argsort(1)[:, : self.rooms.obstacles + 1]]
        self.agent[rows], self.places[rows] = drawn[:, 0], drawn[:, 1:]
        self.heading[rows] = generator.integers(4, size=count) if self.rooms.anywhere else 0
        colour = generator.integers(len(self.rooms.colours), size=drawn[:, 1:].shape)
        self.board[rows[:, None], drawn[:, 1:]] = FIRST + colour
        self.clock[rows], self._over[rows] = 0, False

    def _advance(
        self,
        rows: Int64[np.ndarray, " room"],
        action: Int[np.ndarray, " room"],
        chance: Float[np.ndarray, "room obstacle"],
    ) -> tuple[Float[np.ndarray, " room"], Bool[np.ndarray, " room"]]:
        """MiniGrid's order: what is in front is looked at, obstacles move, then the agent does.

        An obstacle goes to one of the free cells around it, one after the other, if there is any.
        (MiniGrid draws up to 100 cells at random: where one of 9 is free it misses it in 1 of
        100,000 moves.)
        """
        board, agent = self.board, self.agent[rows]
        ahead = agent + self._ahead[self.heading[rows]]
        forward = action == Action.FORWARD
        hits = forward & ~np.isin(board[rows, ahead], (EMPTY, GOAL))
        for index in range(self.rooms.obstacles):
            old = self.places[rows, index]
            near = old[:, None] + self._around
            free = (board[rows[:, None], near] == EMPTY) & (near != agent[:, None])
            order = free.cumsum(1)
            pick = (order > np.floor(chance[:, index] * order[:, -1])[:, None]).argmax(1)
            new = np.where(order[:, -1] > 0, near[np.arange(len(rows)), pick], old)
            held = board[rows, old]
            board[rows, old] = EMPTY
            board[rows, new] = held
            self.places[rows, index] = new
        there = board[rows, ahead]
        self.agent[rows] = np.where(forward & np.isin(there, (EMPTY, GOAL)), ahead, agent)
        self.heading[rows] = (self.heading[rows] + TURN[action]) % 4
        self.clock[rows] += 1
        reached = forward & (there == GOAL)
        reward = np.where(reached, 1 - 0.9 * self.clock[rows] / self.max_steps, 0.0)
        return np.where(hits, -1.0, reward), reached | hits


AnyBatch = TypeVar("AnyBatch", bound=Batch)


class Kept(Generic[AnyBatch]):
    """Makes rooms for play, and keeps them: `batch` can then be asked what it remembers."""

    batch: AnyBatch

    def __init__(self, rooms: Rooms, kind: type[AnyBatch]) -> None:
        self.rooms, self.kind = rooms, kind

    def make(self, environment: Environment, count: int, seed: np.random.SeedSequence) -> AnyBatch:
        self.batch = self.kind(self.rooms, environment.max_steps, count, seed)
        return self.batch
