"""What MiniGrid shows an agent, and what the agent can do.

An observation is the agent's partial view, uint8 [x, y, channel] = [7, 7, 3] with the channels
object, colour, state. The agent stands at [3, 6] and faces the cell [3, 5].
"""

from enum import IntEnum

import numpy as np
from jaxtyping import UInt8

VIEW = (7, 7, 3)
FRONT = (3, 5)
OBJECTS, COLOURS, STATES = 11, 6, 3  # how many values a cell's three channels may have


class Action(IntEnum):
    """Of MiniGrid's seven actions those that move."""

    LEFT = 0
    RIGHT = 1
    FORWARD = 2


class Object(IntEnum):
    """Values of the object channel: those of MiniGrid's OBJECT_TO_IDX that are met here."""

    UNSEEN = 0
    EMPTY = 1
    WALL = 2
    BALL = 6
    GOAL = 8


ACTIONS = len(Action)
Observations = UInt8[np.ndarray, "env 7 7 3"]


def front_object(views: UInt8[np.ndarray, "*batch 7 7 3"]) -> UInt8[np.ndarray, "*batch"]:
    """The object index in the cell that the agent faces."""
    return views[..., FRONT[0], FRONT[1], 0]
