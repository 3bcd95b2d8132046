"""The study's claims about the embeddings, with the rules to judge them by."""

from functools import partial
from typing import Any, Unpack

import numpy as np

from dtlens.base.statistics import Number
from dtlens.env.dynamic_obstacles import GOALS, HIGH
from dtlens.report.claims.ablation import GOAL_HEAD, NAMES, OBSTACLE_HEAD
from dtlens.report.claims.evidence import Model, of_weights
from dtlens.report.claims.judge import Claim, Rule, Statement

GOAL = GOALS[0]  # embedded alike from both sides
MOST = 0.9  # of the variance: how many cells it takes


def by_state(model: Model, reference: str, front: str, column: str = "value") -> Number | None:
    """The state token's part of what an object in front changes in F-R, told 0.9, or its share."""
    where: dict[str, Any] = {"rtg": HIGH, "front": front, "component": "state"}
    return model.number("circuits/contrasts", column, "pairs", **where)


def onto(
    model: Model, reference: str, direction: str, column: str = "value", through: str = ""
) -> Number | None:
    """The RTG embedding's product with a direction, as it is or through the head of a role."""
    head = model.head(through) if through else ""
    row = model.row("circuits/rtg_embedding", onto=direction, through=head)
    return None if row is None else of_weights(float(row[column]))


def beside_random(model: Model, reference: str) -> Number | None:
    """Its F-R as a multiple of the 97.5% quantile for random directions."""
    value, null = onto(model, reference, "F-R"), onto(model, reference, "F-R", "null_high")
    return value and null and of_weights(value.value / null.value)


def beside_turning(model: Model, reference: str) -> Number | None:
    """Its F-R less the size of its R-L."""
    forward, turning = (onto(model, reference, direction) for direction in ("F-R", "R-L"))
    return forward and turning and of_weights(forward.value - abs(turning.value))


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


def spread(model: Model, reference: str, column: str = "value") -> Number | None:
    table = model.tables("circuits/spread")
    return None if table is None else of_weights(table[column].item())


def cells_needed(model: Model, reference: str) -> Number | None:
    """How many cells of the view, the largest first, hold 90% of the variance of the state
    embedding's F-R."""
    maps = model.tables("circuits/maps")
    if maps is None:
        return None
    where = {"circuit": "embedding", "onto": "F-R", "measure": "sd", "of": "cell"}
    for column, wanted in where.items():
        maps = maps[maps[column] == wanted]
    variance = np.sort(maps["value"].to_numpy() ** 2)[::-1]
    return of_weights(float((variance.cumsum() < MOST * variance.sum()).sum() + 1))


def against_one_hot(model: Model, reference: str) -> Number | None:
    """Wall less obstacle in front, less that of the one-hot model of the same run and seed."""
    if model.cell.encoding != "index" or model.cell.recipe is None:
        return None
    own = front_cell(model, reference, "wall", "versus_obstacle")
    other = front_cell(model.like(encoding="one_hot"), reference, "wall", "versus_obstacle")
    return own and other and of_weights(own.value - other.value)


def in_front(what: str, of: str, column: str = "value", **rule: Unpack[Rule]) -> Statement:
    return Statement(what, partial(front_cell, of=of, column=column), **rule)


def beside_obstacle(of: str, **rule: Unpack[Rule]) -> Statement:
    return in_front(f"F-R of {of} less obstacle", of, "versus_obstacle", **rule)


CLAIMS = [
    Claim(
        13,
        "Wall avoidance and goal seeking sit in the state token",
        '"associated with the initial state embedding", "clearly significant"',
        "attribution",
        [
            Statement(
                "F-R by state, wall less empty",
                partial(by_state, front="wall"),
                below=0,
                short="the wall",
            ),
            Statement(
                "F-R by state, goal less empty",
                partial(by_state, front=GOAL),
                above=0,
                short="the goal",
            ),
            *(
                Statement(
                    f"the state's share, {front.replace('_', ' ')}, told 0.9",
                    partial(by_state, front=front, column="share"),
                )
                for front in ("wall", *GOALS)
            ),
        ],
        note="In F-R. The embedding is linear: the goal adds the same from the top and the left.",
    ),
    Claim(
        14,
        "The RTG embedding points to forward",
        '"almost 1:1 in the forward/right direction" (1.13), R-L -0.16',
        "",
        [
            Statement("RTG onto F-R", partial(onto, direction="F-R"), above=0, short="the sign"),
            Statement(
                "RTG onto F-R, of random directions' 97.5%",
                beside_random,
                above=1,
                short="its size",
            ),
            Statement(
                "RTG onto F-R less the size of R-L",
                beside_turning,
                above=0,
                short="forward over turning",
            ),
            *(
                Statement(
                    f"RTG onto F-R, through {NAMES[role]}",
                    partial(onto, direction="F-R", through=role),
                )
                for role in (OBSTACLE_HEAD, GOAL_HEAD)
            ),
        ],
    ),
    Claim(
        15,
        "The time embedding adds to forward less right",
        "a look-up",
        "",
        [Statement("its spread, in logits", time_spread)],
        check=True,
    ),
    Claim(
        16,
        "Front cell: object and colour",
        'object "slightly positive" (0.27), colour "large negative" (-0.742)',
        "state_maps",
        [
            in_front("F-R of the object's unit", "object", above=0, short="the object's sign"),
            in_front("F-R of the colour's unit", "colour", below=0, short="the colour's sign"),
            in_front("rank of the front colour's size among 49 cells", "colour", "rank"),
        ],
    ),
    Claim(
        17,
        "Front cell: wall, obstacle, goal",
        "table 3: wall far below (-3.17), obstacle ambivalent (.136; empty .27), goal above (1.42)",
        "state_maps",
        [
            beside_obstacle("wall", below=0, short="the wall"),
            beside_obstacle("goal", above=0, short="the goal"),
            Statement(
                "F-R of an obstacle, of a wall's", ambivalence, below=0.5, short="an obstacle"
            ),
        ],
    ),
    Claim(
        18,
        "Information is spread over many cells",
        '"not ... only ... from the square in front, but rather many parts of the view"',
        "state_maps",
        [
            Statement("F-R's variance off the front cell", spread, above=0.2, short="the share"),
            Statement("cells for 90% of it", cells_needed, above=4, short="the number of cells"),
            Statement("the share, of untrained models'", partial(spread, column="ratio")),
        ],
    ),
    Claim(
        23,
        "Index encoding makes walls worse than obstacles",
        'why walls are avoided "much more strongly"',
        "state_maps",
        [
            Statement(
                "wall less obstacle in front, F-R: index less one-hot", against_one_hot, below=0
            )
        ],
        note="Paired by run and seed with the one-hot model. Claim 17 has the index model alone.",
    ),
]
