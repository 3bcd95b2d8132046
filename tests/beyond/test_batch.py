"""The rooms in NumPy are MiniGrid's: the same layouts, actions and moves give the same play."""

import gymnasium
import minigrid  # noqa: F401  (registers the environments)
import numpy as np
import pytest
from minigrid.core.grid import Grid
from minigrid.core.world_object import Ball, Box, Goal, Key

from dtlens.base.errors import UserError
from dtlens.beyond.rooms.batch import COLOURS, EMPTY, FIRST, GOAL, SIGHT, Rooms
from dtlens.env.episodes import make_environments
from dtlens.env.minigrid import Action, Object
from dtlens.env.settings import Environment

ENVIRONMENT = Environment(id="MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=25)
THINGS = {"ball": Ball, "box": Box, "key": Key}
INSIDE = [(x, y) for x in range(1, 7) for y in range(1, 7)]


def batch(rooms, count, seed, environment=ENVIRONMENT):
    made = rooms.make(environment, count, np.random.SeedSequence(seed))
    return made, made.reset()[0]["image"]


def xy(made, cell):
    y, x = divmod(int(cell), made.width)
    return x - SIGHT, y - SIGHT


class Twin:
    """A room of a batch, rebuilt in MiniGrid, whose obstacles move as those of the batch do."""

    def __init__(self, made, row):
        self.made, self.row, rooms = made, row, made.rooms
        self.env = gymnasium.make(ENVIRONMENT.id, size=rooms.size, max_steps=made.max_steps)
        self.env = self.env.unwrapped
        self.env.reset(seed=0)
        self.env.grid = Grid(rooms.size, rooms.size)
        self.env.grid.wall_rect(0, 0, rooms.size, rooms.size)
        for cell in np.flatnonzero(made.board[row] == GOAL):
            self.env.put_obj(Goal(), *xy(made, cell))
        self.env.obstacles = []
        for cell in made.places[row]:
            colour = rooms.colours[made.board[row, cell] - FIRST]
            self.env.obstacles.append(THINGS[rooms.kind](colour))
            self.env.put_obj(self.env.obstacles[-1], *xy(made, cell))
        self.env.agent_pos = xy(made, made.agent[row])
        self.env.agent_dir = int(made.heading[row])
        self.env.place_obj = self.place

    def place(self, thing, top, size, max_tries):
        """As MiniGrid's, but where the batch has put it: a free cell around it, if there is one."""
        allowed = [
            (x, y)
            for x in range(top[0], top[0] + size[0])
            for y in range(top[1], top[1] + size[1])
            if self.env.grid.get(x, y) is None and (x, y) != tuple(self.env.agent_pos)
        ]
        index = [thing is other for other in self.env.obstacles].index(True)
        to = xy(self.made, self.made.places[self.row, index])
        assert to in allowed or (not allowed and to == tuple(thing.cur_pos))
        if not allowed:
            raise RecursionError
        self.env.put_obj(thing, *to)


def random_rooms(rng):
    size = int(rng.integers(5, 12))
    cells = [(x, y) for x in range(1, size - 1) for y in range(1, size - 1)][1:]
    number = int(rng.integers(0, 4))
    goals = [
        tuple(cells[i] for i in rng.permutation(len(cells))[:number]) for _ in range(1 + number)
    ]
    return Rooms(
        size=size,
        goals=tuple(goals),
        obstacles=int(rng.integers(0, 6)),
        kind=str(rng.choice(list(THINGS))),
        colours=tuple(rng.permutation(COLOURS)[: rng.integers(1, 4)]),
        anywhere=bool(rng.integers(2)),
    )


def test_random_rooms_play_as_minigrid_s_do():
    rng = np.random.default_rng(0)
    seen = {"goal": 0, "hit": 0, "time-out": 0}
    for seed in range(60):
        made, views = batch(random_rooms(rng), 3, seed)
        twins = [Twin(made, row) for row in range(3)]
        running, forward = np.arange(3), rng.choice([0.1, 0.6])
        for row in running:
            np.testing.assert_array_equal(views[row], twins[row].env.gen_obs()["image"])
        while len(running):
            action = rng.choice(3, len(running), p=[0.5 - forward / 2, 0.5 - forward / 2, forward])
            observation, reward, terminated, truncated, info = made.step(action, running)
            assert info["env_id"].tolist() == running.tolist()
            for index, row in enumerate(running):
                view, *theirs, _ = twins[row].env.step(action[index])
                np.testing.assert_array_equal(observation["image"][index], view["image"])
                assert theirs[0] == pytest.approx(reward[index], abs=1e-6)
                assert theirs[1:] == [terminated[index], truncated[index]]
            seen["goal"] += int((reward > 0).sum())
            seen["hit"] += int((reward < 0).sum())
            seen["time-out"] += int((truncated & ~terminated).sum())
            running = running[~(terminated | truncated)]
    assert min(seen.values()) > 10, seen


def test_chance_falls_as_in_envpool():
    """Random play ends in the same ways as often, and lasts as long."""
    environment = Environment(id=ENVIRONMENT.id, max_steps=100)
    ends = {}
    for name, make in (("envpool", make_environments), ("rooms", Rooms().make)):
        pool, rng = make(environment, 4000, np.random.SeedSequence(1)), np.random.default_rng(2)
        pool.reset()
        counts = np.zeros(3)
        for _ in range(60):
            action = rng.choice(3, 4000, p=[0.25, 0.25, 0.5]).astype(np.int32)
            _, reward, *_ = pool.step(action)
            counts += [(reward > 0).sum(), (reward < 0).sum(), len(reward)]
        ends[name] = counts
    ours, theirs = ends["rooms"], ends["envpool"]
    # A binomial's standard deviation, of each of two counts.
    assert abs(ours[1] - theirs[1]) < 4 * np.sqrt(ours[1] + theirs[1])
    assert abs(ours[0] - theirs[0]) < 4 * np.sqrt(ours[0] + theirs[0])


def test_an_obstacle_goes_to_each_free_cell_as_often():
    made, _ = batch(Rooms(obstacles=1, goals=((),)), 60_000, 3)
    before = made.places[:, 0].copy()
    made.step(np.zeros(60_000, np.int32))
    inner = [made.cell_of(x, y) for x in range(3, 6) for y in range(3, 6)]
    moved = (made.places[:, 0] - before)[np.isin(before, inner)]
    counts = np.unique(moved, return_counts=True)[1]
    assert len(counts) == 8
    assert np.abs(counts - counts.mean()).max() < 4 * np.sqrt(counts.mean())


def test_goals_starts_and_colours_are_drawn_evenly():
    places = tuple((cell,) for cell in INSIDE[1:])
    made, views = batch(Rooms(goals=places, colours=("red", "blue")), 35_000, 4)
    row, cell = np.nonzero(made.board == GOAL)
    assert row.tolist() == list(range(35_000))
    counts = np.unique(cell, return_counts=True)[1]
    assert len(counts) == 35
    assert np.abs(counts - 1000).max() < 5 * np.sqrt(1000)
    balls = views[views[..., 0] == Object.BALL]
    assert np.unique(balls[:, 1]).tolist() == [COLOURS.index("red"), COLOURS.index("blue")]
    made, _ = batch(Rooms(anywhere=True), 35_000, 5)
    counts = np.unique(made.agent, return_counts=True)[1]
    assert len(counts) == 35
    assert np.abs(counts - 1000).max() < 5 * np.sqrt(1000)


def test_the_step_after_an_end_only_begins_another_episode():
    rooms = Rooms(goals=(((2, 1),),), obstacles=0)
    made, first = batch(rooms, 2, 1)
    actions = np.array([Action.FORWARD, Action.LEFT])
    _, reward, terminated, _, _ = made.step(actions)
    assert terminated.tolist() == [True, False]
    assert reward[0] == pytest.approx(1 - 0.9 / 25)
    observation, reward, terminated, truncated, _ = made.step(actions)
    np.testing.assert_array_equal(observation["image"][0], first[0])
    assert not (reward.any() or terminated.any() or truncated.any())
    assert made.clock.tolist() == [0, 2]


def test_what_happens_in_a_room_hangs_on_no_other():
    """Alone or beside others, a room's obstacles move the same way."""
    one, _ = batch(Rooms(), 5, 7)
    other, _ = batch(Rooms(), 5, 7)
    for _ in range(20):
        one.step(np.zeros(5, np.int32))
        other.step(np.zeros(2, np.int32), np.array([1, 3]))
    np.testing.assert_array_equal(one.places[[1, 3]], other.places[[1, 3]])
    assert (one.board[:, one.inside] != EMPTY).sum(1).tolist() == [5] * 5


@pytest.mark.parametrize(
    ("rooms", "said"),
    [
        ({"goals": (((7, 1),),)}, r"the goal \(7, 1\) is outside"),
        ({"goals": (((1, 1),),)}, "where the agent starts"),
        ({"goals": ((), ((2, 2),))}, "as many goals"),
        ({"size": 4, "goals": ((),)}, "leave no room"),
    ],
)
def test_rooms_that_cannot_be_are_refused(rooms, said):
    with pytest.raises(UserError, match=said):
        Rooms(**rooms)
