"""Where play leads, of players that do as they are told."""

import numpy as np
import pytest

from dtlens.beyond.out_of_distribution.behaviour import behaviour, in_rooms
from dtlens.beyond.rooms.batch import Rooms
from dtlens.env.episodes import play_episodes, summarise
from dtlens.env.minigrid import Action
from dtlens.play.players import random_player

ROUTE = [Action.FORWARD] * 5 + [Action.RIGHT] + [Action.FORWARD] * 5  # along two walls
INWARDS = [Action.RIGHT, Action.FORWARD, Action.LEFT, Action.FORWARD]  # to (2, 2), then turning


def walker(environment, route):
    """Takes a route, and then turns for ever."""

    def play(make, episodes):
        def choose(episode, t, observation):
            return np.full(len(episode), route[t] if t < len(route) else Action.LEFT, np.uint8)

        steps = play_episodes(environment, episodes, np.random.SeedSequence(0), choose, make)
        return summarise(steps, episodes)

    return play


def values(table):
    return table.set_index("event")["value"].to_dict()


def test_a_walk_along_the_walls_to_the_goal(environment):
    found = values(behaviour(walker(environment, ROUTE), Rooms(obstacles=0), 3, 1))
    assert found["goal"] == found["old_place"] == found["at_walls"] == 1
    assert found["in_corner"] == pytest.approx(1 / 11)  # the last step begins beside the goal


def test_a_place_off_the_walls_is_not_beside_them(environment):
    rooms = Rooms(goals=((),), obstacles=0)
    found = values(behaviour(walker(environment, INWARDS), rooms, 3, 1))
    assert found["time_out"] == 1
    assert found["old_place"] == found["in_corner"] == 0
    assert found["at_walls"] == pytest.approx(4 / 30)


def test_the_old_place_of_a_larger_room_is_its_corner(environment):
    rooms = Rooms(size=10, goals=(((6, 6),),), obstacles=0)
    route = [Action.FORWARD] * 7 + [Action.RIGHT] + [Action.FORWARD] * 7
    found = values(behaviour(walker(environment, route), rooms, 2, 1))
    assert found["goal"] == 0
    assert found["old_place"] == 1


def test_chance_is_worse_where_more_is_in_the_way(environment):
    kinds = {"none": Rooms(obstacles=0), "eight": Rooms(obstacles=8)}
    table = in_rooms(random_player(environment, 1), kinds, 400, 1)
    hits = table[table["event"] == "obstacle"].set_index("kind")["value"]
    assert hits["none"] == 0
    assert hits["eight"] > 0.2
