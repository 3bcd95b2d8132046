"""What MiniGrid shows an agent, and what the agent can do.

An observation is the agent's partial view, uint8 [x, y, channel] = [7, 7, 3] with the channels
object, colour, state. The agent stands at [3, 6] and faces the cell [3, 5].
"""

from enum import IntEnum

import numpy as np
from jaxtyping import UInt8

VIEW = (7, 7, 3)
FRONT = (3, 5)


class Action(IntEnum):
    LEFT = 0
    RIGHT = 1
    FORWARD = 2


class Object(IntEnum):
    """The object channel's values that occur in this environment (MiniGrid's OBJECT_TO_IDX)."""

    UNSEEN = 0
    EMPTY = 1
    WALL = 2
    BALL = 6
    GOAL = 8


Observations = UInt8[np.ndarray, "env 7 7 3"]


def front_object(views: UInt8[np.ndarray, "*batch 7 7 3"]) -> UInt8[np.ndarray, "*batch"]:
    """The object index in the cell that the agent faces."""
    return views[..., FRONT[0], FRONT[1], 0]


ACTIONS = 3
OBJECTS, COLOURS, STATES = 11, 6, 3  # values of a cell's three channels in MiniGrid
