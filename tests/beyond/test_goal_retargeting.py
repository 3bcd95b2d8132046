import numpy as np
import pandas as pd
import pytest
import torch

from dtlens.analysis.lens.hooked_model import reinitialised
from dtlens.beyond.rank_one_editing import retargeting_report
from dtlens.beyond.rank_one_editing.goal_retargeting import (
    by_chance,
    centred,
    look,
    retargeting,
)
from dtlens.beyond.rank_one_editing.orbits import ORBITS, nearest, orbit, steps_to
from dtlens.beyond.rank_one_editing.rank_one import W_OUT, changed, hidden
from dtlens.beyond.rank_one_editing.retargeted_play import Tracked, Trials, send
from dtlens.beyond.rank_one_editing.retargeting_summary import summarise
from dtlens.beyond.rank_one_editing.settings import GoalRetargeting
from dtlens.beyond.rooms.batch import EMPTY, FIRST, Rooms
from dtlens.env.dynamic_obstacles import INTERIOR
from dtlens.env.minigrid import Action, Object
from dtlens.env.settings import Environment
from dtlens.model.transformer import DecisionTransformer, Windows
from models import random_model

ENVIRONMENT = Environment(id="MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=30)
SETTINGS = GoalRetargeting(recipe=["four"], seed=1, steps=12, views=400, random=2, episodes=40)
NO_GOAL = Rooms(goals=((),), obstacles=0, anywhere=True)
RIGHT, DOWN, LEFT, UP = range(4)


def placed(agent, heading, rooms=NO_GOAL):
    """One room, with its agent there."""
    batch = Tracked(rooms, ENVIRONMENT.max_steps, 1, np.random.SeedSequence(1))
    batch.reset()
    batch.agent[:], batch.heading[:] = batch.cell_of(*agent), heading
    return batch


def test_fours_of_cells_are_the_whole_room():
    assert len(ORBITS) == 9
    assert sorted(cell for one in ORBITS for cell in orbit(one)) == sorted(INTERIOR)
    assert orbit((1, 2)) == [(1, 2), (5, 1), (6, 5), (2, 6)]


def test_cells_of_a_four_look_alike_and_others_do_not():
    """What makes it one cell: the agent that a quarter turn takes along sees the same."""

    def views(cell):
        turned = [placed(at, turn % 4).views(np.zeros(1, int)) for turn, at in enumerate(cell)]
        return [view.tobytes() for view in turned]

    seen = {cell: set(views(orbit(cell))) for cell in ORBITS}
    assert all(len(found) == 1 for found in seen.values())
    assert not seen[1, 2] & {
        placed((2, 1), turn).views(np.zeros(1, int)).tobytes() for turn in range(4)
    }


@pytest.mark.parametrize(
    ("heading", "cell", "steps", "right"),
    [
        (RIGHT, (5, 3), 2, 0),
        (RIGHT, (5, 4), 4, 1),  # 2 ahead, a turn, 1 on
        (RIGHT, (5, 2), 4, -1),
        (DOWN, (5, 3), 3, -2),  # a turn to the left, 2 on
        (UP, (5, 3), 3, 2),
        (LEFT, (5, 3), 4, 0),  # two turns
        (LEFT, (5, 4), 5, -1),  # a turn, 1 on, a turn, 2 on
    ],
)
def test_steps_to_a_cell_by_hand(heading, cell, steps, right):
    found = steps_to(placed((3, 3), heading), cell)
    assert [int(number[0]) for number in found] == [steps, right]


def test_steps_to_a_cell_are_those_it_takes():
    rooms = placed((2, 5), LEFT)
    for action in (Action.RIGHT, Action.FORWARD, Action.FORWARD, Action.RIGHT, Action.FORWARD):
        rooms.step(np.array([action]))
    assert rooms.agent[0] == rooms.cell_of(3, 3)
    assert steps_to(placed((2, 5), LEFT), (3, 3))[0] == 5


def test_the_nearest_is_empty_and_turns_with_the_room():
    cells = orbit((2, 2))
    for turn in range(4):  # the agent in the turned (2, 4), facing the turned up
        agent = orbit((2, 4))[turn]
        rooms = placed(agent, (UP + turn) % 4)
        assert nearest(rooms, cells) == rooms.cell_of(*cells[turn])
        rooms.board[0, rooms.cell_of(*cells[turn])] = FIRST
        assert nearest(rooms, cells) != rooms.cell_of(*cells[turn])
        assert rooms.board[0, nearest(rooms, cells)] == EMPTY
    # From the middle of the top two corners are as far: it takes that of the right.
    assert nearest(placed((3, 1), UP), [(2, 1), (4, 1)]) == placed((3, 1), UP).cell_of(4, 1)


def test_a_goal_is_put_in_and_nothing_else_changes():
    seen = look((2, 3), 0.9, SETTINGS, ENVIRONMENT)
    bare, painted = seen.bare.observation[:, 0], seen.painted.observation[:, 0]
    assert not (bare[..., 0] == Object.GOAL).any()
    differ = (bare != painted).any(-1)
    assert (differ.sum((1, 2)) <= 1).all() and differ.any()  # it may be behind the agent
    assert (painted[differ][:, 0] == Object.GOAL).all() and (bare[differ][:, 0] == 1).all()
    assert torch.equal(seen.bare.time, seen.painted.time)
    assert (seen.bare.time < SETTINGS.steps).all()
    assert 0.8 * 400 < len(bare) < 400  # those that stand in one of four of 36 cells are left out
    assert (seen.kept.observation[..., 0] == Object.GOAL).any((1, 2, 3)).float().mean() > 0.3


def test_the_edit_is_of_rank_two_and_gives_what_is_wanted_where_that_is_linear():
    """A model whose wanted change is a linear map of its hidden units: the edit finds it."""
    model = random_model(1, 1).requires_grad_(False)
    seen = look((2, 2), 0.9, SETTINGS, ENVIRONMENT)
    change = retargeting(model, seen, model)
    assert torch.linalg.matrix_rank(change) <= 2
    edited = changed(model, W_OUT, change)
    assert not torch.equal(edited.blocks[0].W_out, model.blocks[0].W_out)

    wanted = centred(model, seen.painted) - centred(model, seen.bare)
    had = centred(edited, seen.bare) - centred(model, seen.bare)
    torch.testing.assert_close(
        had.float(), hidden(model, seen.bare) @ change @ model.W_U, atol=1e-4, rtol=0
    )
    left = (wanted - had).square().mean()
    assert left < wanted.square().mean()
    for scale in (0.5, 1.5):  # the best, but for the ridge and what is kept
        other = centred(changed(model, W_OUT, scale * change), seen.bare) - centred(
            model, seen.bare
        )
        kept = [
            centred(changed(model, W_OUT, s * change), seen.kept) - centred(model, seen.kept)
            for s in (scale, 1)
        ]
        loss = (wanted - other).square().mean() + kept[0].square().mean()
        assert loss > left + kept[1].square().mean()


def test_another_model_takes_over_a_teachers_answers():
    """Where there are more hidden units than views, all of them: a goal's too."""
    settings = SETTINGS.model_copy(update={"views": 5})
    teacher = random_model(1, 1).requires_grad_(False)
    student = reinitialised(teacher, 1)
    seen = look((2, 2), 0.9, settings, ENVIRONMENT)
    edited = changed(student, W_OUT, retargeting(student, seen, teacher))
    for shown, wanted in ((seen.bare, seen.painted), (seen.kept, seen.kept)):
        before = (centred(student, shown) - centred(teacher, wanted)).abs().max()
        assert (centred(edited, shown) - centred(teacher, wanted)).abs().max() < 0.3 * before


def test_a_random_edit_has_the_size_and_rank():
    model = random_model(1, 1).requires_grad_(False)
    change = retargeting(model, look((2, 2), 0.9, SETTINGS, ENVIRONMENT), model)
    generator = torch.Generator().manual_seed(1)
    random, other = (by_chance(model, change, generator) for _ in range(2))
    assert random.norm() == pytest.approx(float(change.norm()), rel=1e-5)
    assert torch.linalg.matrix_rank(random) <= 2 and not torch.equal(random, other)
    logits = random @ model.W_U
    assert logits.sum(1).abs().max() < 1e-4


class Walker(DecisionTransformer):
    """Goes straight on where it can, and turns right at a wall."""

    def __init__(self) -> None:
        super().__init__(random_model(1, 1).cell, 30)

    def forward(self, windows: Windows, last: bool) -> torch.Tensor:
        free = windows.observation[:, -1, 3, 5, 0] == 1
        logits = torch.zeros(len(free), 1, 3)
        logits[:, 0, Action.FORWARD] = free.float()
        logits[:, 0, Action.RIGHT] = 0.5
        return logits


def test_what_is_reached_by_hand():
    """Along the walls: who begins in the edge's ring goes round it; all others come to it."""
    settings = SETTINGS.model_copy(update={"steps": 30, "episodes": 400})
    episodes, rooms = Trials(settings, 0.9, ENVIRONMENT).play(Walker(), NO_GOAL)
    assert (episodes.length == 30).all()
    assert rooms.reached((1, 1)).all()
    began = [divmod(int(cell), rooms.width) for cell in rooms.began]
    edge = rooms.cell_of(1, 1) % rooms.width, rooms.cell_of(6, 6) % rooms.width
    inner = np.array([edge[0] < x < edge[1] and edge[0] < y < edge[1] for y, x in began])
    middle = np.isin(rooms.began, [rooms.cell_of(*cell) for cell in orbit((3, 3))])
    # Off the edge it goes straight to it, so that the middle is met by who starts in line with it.
    assert len(rooms.reached((3, 3))) == (~middle).sum()
    assert 0 < rooms.reached((3, 3)).mean() < inner[~middle].mean()


def test_models_are_sent_to_every_cell():
    model = random_model(1, 1).requires_grad_(False)
    table = send(model, SETTINGS, 0.9, ENVIRONMENT)
    assert not table.duplicated(["cell", "edit", "event"]).any()
    assert len(table) == 9 * (4 * 3 + 1 + 1)
    assert table["value"].between(0, 1).all() and table["cell"].nunique() == 9
    plain = Trials(SETTINGS, 0.9, ENVIRONMENT).went(model)
    rows = table[table["edit"] == "none"].set_index(["cell", "event"])["value"]
    assert rows["2 3", "reached"] == plain.reached[2, 3] and rows["2 3", "goal"] == plain.goal


def tables():
    rows = [
        (f"{x} {y}", edit, event, 0.1 * x + 0.01 * y + 0.5 * (edit == "to it"))
        for x, y in ORBITS
        for edit, event in retargeting_report.ASKED
    ] + [(f"{x} {y}", "random", "reached", 0.2) for x, y in ORBITS]
    return pd.DataFrame(rows, columns=["cell", "edit", "event", "value"]).drop_duplicates(
        ["cell", "edit", "event"]
    )


def of_doses(doses):
    """The rows of the tables of each dose's models."""
    named = [
        table.assign(dose=dose, name=str(index))
        for dose, models in doses.items()
        for index, table in enumerate(models)
    ]
    return pd.concat(named)


def test_doses_are_summed_up_by_cell_and_over_them():
    other = tables()
    other["value"] += 0.1
    found = summarise(of_doses({"ours": [tables()], "four": [tables(), other]})).set_index(
        ["dose", "cell", "edit", "event"]
    )
    assert found["value"]["four", "1 2", "to it", "reached"] == pytest.approx(0.67)
    assert found["value"]["ours", "all", "to it", "reached"] == pytest.approx(0.72)
    assert found["value"]["four", "all", "none", "goal"] == pytest.approx(0.27)
    assert found["places"].to_dict()["four", "all", "none", "goal"] == 4


def test_the_chapter_and_the_map_say_what_the_table_says():
    table = summarise(of_doses({"ours": [tables()], "anywhere": [tables(), tables()]}))
    text = retargeting_report.chapter(table)
    assert "| edited to go there " in text and "goal in 35 places" in text
    assert "reach the cell in\n0.72 of" in text
    figure = retargeting_report.page(table)
    shown, *_ = figure.axes
    drawn = np.array(shown.collections[0].get_array()).reshape(6, 6)
    for x, y in ORBITS:
        for to_x, to_y in orbit((x, y)):
            assert drawn[to_y - 1, to_x - 1] == pytest.approx(0.1 * x + 0.01 * y)
    assert [axes.get_title() for axes in figure.axes[:6]] == list(
        retargeting_report.PANELS.values()
    )
