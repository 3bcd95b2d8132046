"""The study's claims about circuits, with the rules to judge them by."""

from functools import partial
from typing import Any

import numpy as np

from dtlens.claims.ablation import GOAL_HEAD, MLP, OBSTACLE_HEAD
from dtlens.claims.behaviour import GOALS, HIGH
from dtlens.claims.evidence import Model
from dtlens.claims.judge import STUDY, Claim, Statement

LEAST_DIRECT = 0.1  # logits; a multiple of a smaller effect says little


def state_token(model: Model, front: str | list[str]) -> float:
    """F-R of the state token's embedding, by what is in front; less that of an empty front."""

    def of(what: str | list[str]) -> float:
        return model.value("attribution", component="state", front=what, rtg=HIGH)

    return of(front) - of("empty")


def reconstruction(model: Model) -> float:
    """The greatest distance between the sum of the contributions and forward minus right."""
    table = model.table("attribution")
    total = table["component"] == "total"
    sums = table[~total].groupby(["rtg", "front"])["value"].sum()
    return float((sums - table[total].set_index(["rtg", "front"])["value"]).abs().max())


def onto(model: Model, direction: str, column: str = "value") -> float:
    return model.value("circuits/rtg_embedding", column, onto=direction)


def time_spread(model: Model) -> float:
    """Standard deviation, over training steps, of the time embedding's F-R."""
    table = model.table("circuits/time_embedding")
    table = table[table["onto"] == "F-R"]
    mean = np.average(table["value"], weights=table["share"])
    return float(np.sqrt(np.average((table["value"] - mean) ** 2, weights=table["share"])))


def front_cell(model: Model, of: str, column: str = "value") -> float | None:
    """Of the state embedding's map onto F-R; None for a channel that the encoding has not."""
    where = {"circuit": "embedding", "onto": "F-R", "measure": "weight", "of": of}
    value = model.value("circuits/front_cells", column, **where)
    return None if np.isnan(value) else value


def off_front(model: Model) -> float:
    where = {"circuit": "embedding", "onto": "F-R", "measure": "mean_abs", "of": "cell"}
    return model.value("circuits/front_cells", "off_front", **where)


def attention_change(model: Model, item: str) -> float:
    """What an object put in front adds to the obstacle head's attention to the reward-to-go."""
    where = {"object": item, "measure": "attention", "rtg": HIGH}
    head = model.head_of(OBSTACLE_HEAD)
    return model.value("circuits/attention", "change", head=head, **where)


def written(model: Model, of: str) -> float | None:
    """What the obstacle head writes on F-R for the front cell, attending to the state token."""
    where = {"circuit": "OV", "onto": "F-R", "measure": "weight", "of": of}
    head = model.head_of(OBSTACLE_HEAD)
    value = model.value("circuits/front_cells", head=head, **where)
    return None if np.isnan(value) else value


def path(model: Model, behaviour: str, by: str, front: str) -> float:
    """What a head's change of output, told 0.9 instead of -1, does to F-R along a path."""
    where: dict[str, Any] = {"weights": "trained", "pair": "rtg", "front": front, "rtg": HIGH}
    where |= {"measure": "logit_difference", "path": by}
    return model.value("interventions/paths", component=model.head_of(behaviour), **where)


def amplification(model: Model, behaviour: str, front: str) -> float | None:
    """The path through the MLP as a multiple of the direct one; None if there is little of that."""
    direct = path(model, behaviour, "direct", front)
    return path(model, behaviour, MLP, front) / direct if abs(direct) > LEAST_DIRECT else None


def alignment(model: Model, weights: str) -> float:
    return model.value("interventions/reading", weights=weights, direction="rtg")


def margin(model: Model) -> float:
    """Wall less obstacle in front, in F-R of the state token."""
    return state_token(model, "wall") - state_token(model, "obstacle")


def margin_by_encoding(model: Model) -> float | None:
    """The margin, less that of the same seed's one-hot model; asked once a seed."""
    other = model.like(encoding="one_hot")
    if model.cell.encoding != STUDY or not other.has("attribution"):
        return None
    return margin(model) - margin(other)


CLAIMS = [
    Claim(
        7,
        "Contributions of heads, MLP and tokens to forward minus right",
        "figure 3",
        "figures/attribution/1L-128d-2h-1k-index-s1.png",
        [Statement("greatest error of the sum, in logits", reconstruction, below=1e-4)],
    ),
    Claim(
        12,
        "Obstacles are refused above a reward-to-go of 0.2-0.3",
        "0.2-0.3",
        "figures/circuits/1L-128d-2h-1k-index-s1/scan.png",
        [
            Statement(
                "reward-to-go above which forward is not the likeliest",
                lambda m: m.value("circuits/refusals", front="obstacle", measure="choice"),
                above=0.2,
                below=0.3,
            )
        ],
    ),
    Claim(
        13,
        "Wall avoidance and goal seeking sit in the state token",
        "figures 8-10",
        "figures/attribution/1L-128d-2h-1k-index-s1.png",
        [
            Statement(
                "F-R of the state token, wall less empty", lambda m: state_token(m, "wall"), below=0
            ),
            Statement(
                "F-R of the state token, goal less empty", lambda m: state_token(m, GOALS), above=0
            ),
        ],
    ),
    Claim(
        14,
        "The RTG embedding points to forward, not between right and left",
        "F-R 1.13, R-L -0.16",
        "figures/circuits/1L-128d-2h-1k-index-s1/embeddings.png",
        [
            Statement("RTG embedding onto F-R, logits", lambda m: onto(m, "F-R"), above=0),
            Statement(
                "size onto F-R, of the random directions' 97.5% quantile",
                lambda m: abs(onto(m, "F-R")) / onto(m, "F-R", "null_high"),
                above=1,
            ),
            Statement(
                "size onto R-L, of the random directions' 97.5% quantile",
                lambda m: abs(onto(m, "R-L")) / onto(m, "R-L", "null_high"),
                below=1,
            ),
        ],
    ),
    Claim(
        15,
        "The time embedding adds to forward minus right",
        "a look-up",
        "figures/circuits/1L-128d-2h-1k-index-s1/embeddings.png",
        [Statement("its spread over training steps, logits", time_spread, above=0.1)],
    ),
    Claim(
        16,
        "The front cell's object favours forward, its colour the opposite",
        "object 0.27, colour -0.742",
        "figures/circuits/1L-128d-2h-1k-index-s1/state_maps.png",
        [
            Statement(
                "weight of the front object onto F-R", lambda m: front_cell(m, "object"), above=0
            ),
            Statement(
                "weight of the front colour onto F-R", lambda m: front_cell(m, "colour"), below=0
            ),
            Statement(
                "rank of the front colour of 49 cells",
                lambda m: front_cell(m, "colour", "rank"),
                below=2,
            ),
        ],
    ),
    Claim(
        17,
        "F-R of the front cell: wall far below obstacle, obstacle below goal",
        "wall -3.17, obstacle .136, empty .27, goal 1.42",
        "figures/circuits/1L-128d-2h-1k-index-s1/state_maps.png",
        [
            Statement(
                "obstacle less wall",
                lambda m: -(front_cell(m, "wall", "versus_obstacle") or np.nan),
                above=0,
            ),
            Statement(
                "goal less obstacle", lambda m: front_cell(m, "goal", "versus_obstacle"), above=0
            ),
            Statement("wall less empty", lambda m: front_cell(m, "wall", "versus_empty"), below=0),
        ],
    ),
    Claim(
        18,
        "Information is spread over many cells",
        "figure 15",
        "figures/circuits/1L-128d-2h-1k-index-s1/state_maps.png",
        [Statement("share of the size of contributions off the front cell", off_front, above=0.5)],
    ),
    Claim(
        19,
        "Anything in front lowers the obstacle head's attention to the reward-to-go",
        "figure 16",
        "figures/circuits/1L-128d-2h-1k-index-s1/attention_by_front.png",
        [
            Statement(
                f"attention told 0.9, {item} put in front, change",
                partial(attention_change, item=item),
                below=0,
            )
            for item in ("wall", "obstacle", "goal")
        ],
    ),
    Claim(
        20,
        "A high object index in front makes the obstacle head inhibit forward",
        "figure 17",
        "figures/circuits/1L-128d-2h-1k-index-s1/ov_maps.png",
        [
            Statement(
                "OV weight of the front object index onto F-R",
                lambda m: written(m, "object"),
                below=0,
            ),
            Statement(
                "OV of an obstacle in front onto F-R", lambda m: written(m, "obstacle"), below=0
            ),
        ],
    ),
    Claim(
        21,
        "The MLP amplifies the heads",
        "planned, not measured",
        "figures/interventions/1L-128d-2h-1k-index-s1/paths.png",
        [
            Statement(
                "obstacle head, obstacle in front: path through the MLP / direct path",
                lambda m: amplification(m, OBSTACLE_HEAD, "obstacle"),
                above=0,
            ),
            Statement(
                "goal head, goal from the top: path through the MLP / direct path",
                lambda m: amplification(m, GOAL_HEAD, "goal_from_top"),
                above=0,
            ),
            Statement(
                "alignment of neurons with what heads write / in untrained models",
                lambda m: alignment(m, "trained") / alignment(m, "reinitialised"),
                above=1,
            ),
        ],
    ),
    Claim(
        23,
        "Index encoding makes wall avoidance stronger than obstacle avoidance",
        "table 3",
        "figures/attribution/1L-128d-2h-1k-index-s1.png",
        [
            Statement("wall less obstacle, F-R of the state token", margin, below=0),
            Statement("index less one-hot of the same", margin_by_encoding, below=0),
        ],
    ),
    Claim(
        27,
        "The reward-to-go reaches the action only through attention",
        "architecture",
        "circuits/",
        [
            Statement(
                "greatest move of a logit with attention cut",
                lambda m: m.value("circuits/cut_attention", "moved", cut="attention"),
                below=1e-6,
            )
        ],
    ),
]
