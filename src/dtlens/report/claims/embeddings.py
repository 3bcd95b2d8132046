"""The study's claims about the embeddings, with the rules to judge them by."""

from functools import partial
from typing import Any

import numpy as np

from dtlens.base.statistics import Number, exact
from dtlens.env.dynamic_obstacles import GOALS, HIGH
from dtlens.report.claims.ablation import GOAL_HEAD, OBSTACLE_HEAD
from dtlens.report.claims.behaviour import SAYS
from dtlens.report.claims.evidence import Model
from dtlens.report.claims.judge import Claim, Statement


def of_weights(value: float) -> Number | None:
    """A number of the weights alone; None for one that the encoding has not."""
    return None if np.isnan(value) else exact(value)


def state_share(model: Model, reference: str, front: str) -> Number | None:
    """The state token's share of what an object in front changes in F-R, at target return 0.9.

    Not a number where the change itself may be 0, or is none away from forward (wall) or to it.
    """
    where: dict[str, Any] = {"rtg": HIGH, "front": front}
    whole = model.number("circuits/contrasts", component="whole", **where)
    share = model.number("circuits/contrasts", "share", component="state", **where)
    if whole is None or share is None:
        return None
    as_said = whole.high < 0 if front == "wall" else whole.low > 0
    return share if as_said else Number(np.nan, np.nan, np.nan, share.n, share.unit)


def onto(
    model: Model, reference: str, direction: str, column: str = "value", through: str = ""
) -> Number | None:
    """The RTG embedding's product with a direction, as it is or through the head of a role."""
    head = model.head(through) if through else ""
    row = model.row("circuits/rtg_embedding", onto=direction, through=head)
    return None if row is None else of_weights(float(row[column]))


def beside_random(model: Model, reference: str, direction: str) -> Number | None:
    """Its size as a multiple of the 97.5% quantile for random directions."""
    value = onto(model, reference, direction)
    null = onto(model, reference, direction, "null_high")
    return value and null and of_weights(abs(value.value) / null.value)


def time_spread(model: Model, reference: str) -> Number | None:
    """Standard deviation of the time embedding's F-R over training steps, or over all times."""
    table = model.tables("circuits/time_embedding")
    if table is None:
        return None
    table = table[table["onto"] == "F-R"]
    weights = table["share"].fillna(1.0)
    mean = np.average(table["value"], weights=weights)
    return of_weights(float(np.sqrt(np.average((table["value"] - mean) ** 2, weights=weights))))


def front_cell(model: Model, reference: str, of: str, column: str = "value") -> Number | None:
    """Of the state embedding's map onto F-R; None for a channel that the encoding has not."""
    where = {"circuit": "embedding", "onto": "F-R", "measure": "weight", "of": of}
    row = model.row("circuits/front_cells", **where)
    return None if row is None else of_weights(float(row[column]))


def ambivalence(model: Model, reference: str) -> Number | None:
    """Obstacle less empty, of wall less empty, both in size."""
    obstacle = front_cell(model, reference, "obstacle", "versus_empty")
    wall = front_cell(model, reference, "wall", "versus_empty")
    return obstacle and wall and of_weights(abs(obstacle.value / wall.value))


def spread(model: Model, reference: str) -> Number | None:
    return model.number("circuits/spread", "ratio", "untrained models")


def against_one_hot(model: Model, reference: str) -> Number | None:
    """Wall less obstacle in front, less that of the one-hot model of the same run and seed."""
    if model.cell.encoding != "index" or model.cell.recipe is None:
        return None
    own = front_cell(model, reference, "wall", "versus_obstacle")
    other = front_cell(model.like(encoding="one_hot"), reference, "wall", "versus_obstacle")
    return own and other and of_weights(own.value - other.value)


CLAIMS = [
    Claim(
        13,
        "Wall avoidance and goal seeking sit in the state token",
        "figures 8 to 10",
        "attribution",
        [
            Statement(
                f"state token's share of F-R, {SAYS.get(front, front)} less empty, told 0.9",
                partial(state_share, front=front),
                above=0.5,
            )
            for front in ("wall", *GOALS)
        ],
    ),
    Claim(
        14,
        "The RTG embedding points to forward, not between right and left",
        "F-R 1.13, R-L -0.16",
        "embeddings",
        [
            Statement("RTG embedding onto F-R", partial(onto, direction="F-R"), above=0),
            Statement(
                "its size onto F-R, of random directions' 97.5% quantile",
                partial(beside_random, direction="F-R"),
                above=1,
            ),
            Statement(
                "its size onto R-L, of random directions' 97.5% quantile",
                partial(beside_random, direction="R-L"),
                below=1,
            ),
            *(
                Statement(
                    f"RTG embedding through {said} onto F-R",
                    partial(onto, direction="F-R", through=role),
                )
                for role, said in (
                    (OBSTACLE_HEAD, "the obstacle head"),
                    (GOAL_HEAD, "the goal head"),
                )
            ),
        ],
    ),
    Claim(
        15,
        "The time embedding adds to forward minus right",
        "a look-up",
        "embeddings",
        [Statement("its spread, in logits", time_spread)],
        check=True,
    ),
    Claim(
        16,
        "The front cell's object favours forward, its colour the opposite, most of all cells",
        "object 0.27, colour -0.742",
        "state_maps",
        [
            Statement("front object's weight onto F-R", partial(front_cell, of="object"), above=0),
            Statement("front colour's weight onto F-R", partial(front_cell, of="colour"), below=0),
            Statement(
                "rank of the front colour's size among 49 cells",
                partial(front_cell, of="colour", column="rank"),
                below=2,
            ),
        ],
    ),
    Claim(
        17,
        "F-R of the front cell: a wall far below, an obstacle ambivalent, the goal above",
        "table 3: wall -3.17, obstacle .136, empty .27, goal 1.42",
        "state_maps",
        [
            Statement(
                "wall less obstacle in front, F-R",
                partial(front_cell, of="wall", column="versus_obstacle"),
                below=0,
            ),
            Statement(
                "goal less obstacle in front, F-R",
                partial(front_cell, of="goal", column="versus_obstacle"),
                above=0,
            ),
            Statement("obstacle less empty, of wall less empty, in size", ambivalence, below=0.5),
        ],
    ),
    Claim(
        18,
        "Information is spread over many cells",
        "figure 15",
        "state_maps",
        [Statement("variance off the front cell, of untrained models'", spread, above=1)],
    ),
    Claim(
        23,
        "Index encoding makes wall avoidance stronger than obstacle avoidance",
        "table 3",
        "state_maps",
        [
            Statement("wall less obstacle in front: index less one-hot", against_one_hot, below=0),
        ],
    ),
]
