"""The real game, from worlds that one places."""

import gymnasium
import minigrid  # noqa: F401
import numpy as np
import pytest

import dtlens
from dtlens import Game, UserError, World
from dtlens.env.minigrid import Action, Object

ROOM = World((2, 3), 0, ((3, 3, "red"), (5, 5, "blue")), (4, 1, "yellow"))


def test_a_world_is_its_text():
    text = "agent 2 3 right; goal 4 1 yellow; ball 3 3 red; ball 5 5 blue"
    assert str(ROOM) == text
    assert World.parse(text) == ROOM
    assert World.parse("agent 1 1 up; goal 6 6 green") == World(direction=3)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "one agent"),
        ("agent 1 1 up", "one goal"),
        ("agent 1 1 up; goal 6 6 green; cat 1 2 black", "'cat 1 2 black'"),
        ("agent 1 1 north; goal 6 6 green", "direction north"),
        ("agent 1 1 up; goal 6 6 pink", "colour pink"),
        ("agent 0 1 up; goal 6 6 green", r"cell \(0, 1\)"),
        ("agent 1 1 up; goal 6 6 green; ball 7 1 blue", r"cell \(7, 1\)"),
        ("agent 1 1 up; goal 6 6 green; ball 1 1 blue", r"in cell \(1, 1\)"),
        ("agent 1 1 up; goal 6 6 green; ball 6 6 blue", r"in cell \(6, 6\)"),
    ],
)
def test_what_is_no_world_is_named(text, named):
    with pytest.raises(UserError, match=named):
        World.parse(text)


def test_the_view_is_of_what_was_placed():
    view = ROOM.view()
    assert view[3, 6, 0] == Object.EMPTY  # where the agent stands
    assert view[3, 5].tolist() == [Object.BALL, 0, 0]  # a red ball in front
    # The goal, two cells to the left and two ahead of an agent that faces right.
    assert view[1, 4].tolist() == [Object.GOAL, 4, 0]


def test_a_game_from_a_seed_is_minigrids_own():
    letters = "RFLFRFFLLRFRF"
    env = gymnasium.make("MiniGrid-Dynamic-Obstacles-8x8-v0", max_steps=300).unwrapped
    views = [env.reset(seed=11)[0]["image"]]
    game = Game(seed=11)
    for letter in letters:
        observation, reward, terminated, _, _ = env.step("LRF".index(letter))
        game.play(letter)
        views.append(observation["image"])
        assert game.reward == reward
        assert (game.outcome is not None) == terminated
        if terminated:
            break
    np.testing.assert_array_equal(game.views, views)
    assert game.letters == letters[: len(views) - 1]


def test_the_world_at_each_step_gives_that_steps_view():
    game = Game.played(2, None, 0, "RFLLRFL")
    for world, view in zip(game.worlds, game.views, strict=True):
        np.testing.assert_array_equal(world.view(), view)


def test_the_goal_ends_a_game_with_what_is_left_of_the_time():
    game = Game.played(0, World((6, 4), 1), 7, "FFFF")
    assert game.outcome == "goal"
    assert game.letters == "FF"  # what comes after the end is not played
    assert game.reward == pytest.approx(1 - 0.9 * 9 / 300)
    assert game.worlds[-1].agent == (6, 6)


@pytest.mark.parametrize(
    ("world", "outcome"),
    [(World((1, 1), 3), "wall"), (World((1, 1), 0, ((2, 1, "blue"),)), "obstacle")],
)
def test_what_is_walked_into_ends_a_game(world, outcome):
    game = Game.played(0, world, 0, "F")
    assert (game.outcome, game.reward) == (outcome, -1)


def test_time_runs_out_from_the_first_timestep():
    game = Game.played(0, World((3, 3)), 298, "LLLL")
    assert (game.outcome, game.letters, game.reward) == ("time_out", "LL", 0)
    assert Game(0, World((3, 3)), 290).steps_left == 10


def test_a_window_has_the_last_steps_as_the_model_takes_them():
    game = Game.played(3, None, 20, "RLRL")
    window = game.window(context=3, rtg=0.5)
    assert window.time.tolist() == [[22, 23, 24]]
    assert window.action[0, :2].tolist() == [Action.RIGHT, Action.LEFT]
    assert window.rtg.tolist() == [[0.5] * 3]
    np.testing.assert_array_equal(window.observation[0], game.views[-3:])
    assert game.window(context=9, rtg=0.5, at=1).time.tolist() == [[20, 21]]


def test_everywhere_is_each_free_cell_and_direction():
    places, views = ROOM.everywhere()
    assert len(places) == len(views) == (36 - 3) * 4
    assert ((3, 3, 0) in places, (4, 1, 2) in places) == (False, False)
    at = places.index((2, 3, 0))
    np.testing.assert_array_equal(views[at], ROOM.view())


def test_a_scene_of_the_bank_can_be_placed_again():
    world, t = dtlens.bank_world(7)
    bank = dtlens.bank(0.9)
    np.testing.assert_array_equal(world.view(), bank.observation[7, -1])
    assert t == bank.time[7, -1]
    with pytest.raises(UserError, match="bank"):
        dtlens.bank_world(10**6)
