"""What agents that may be anywhere see in rooms as they begin."""

from dataclasses import replace

import numpy as np

from dtlens.beyond.rooms.batch import Rooms
from dtlens.env.minigrid import Object, Observations, front_object
from dtlens.env.settings import Environment


def facing(
    thing: Object, rooms: Rooms, environment: Environment, count: int, seed: int
) -> Observations:
    """Of one view of each of `count` rooms, the agent anywhere, those with the thing in front."""
    views = first_views(rooms, environment, count, seed)
    return views[front_object(views) == thing]


def first_views(rooms: Rooms, environment: Environment, count: int, seed: int) -> Observations:
    """One view of each of `count` such rooms, the agent anywhere."""
    anywhere = replace(rooms, anywhere=True)
    begun = anywhere.make(environment, count, np.random.SeedSequence(seed))
    return begun.reset()[0]["image"]
