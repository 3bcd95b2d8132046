"""The study's claims about the embeddings, with the rules to judge them by."""

import numpy as np

from dtlens.claims.behaviour import GOALS
from dtlens.claims.evidence import Model
from dtlens.claims.judge import STUDY, Claim, Statement
from dtlens.task.dynamic_obstacles import HIGH


def state_token(model: Model, front: str | list[str]) -> float:
    """F-R of the state token's embedding, by what is in front; less that of an empty front."""

    def of(what: str | list[str]) -> float:
        return model.value("attribution", component="state", front=what, rtg=HIGH)

    return of(front) - of("empty")


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
        13,
        "Wall avoidance and goal seeking sit in the state token",
        "figures 8-10",
        "figures/1L-128d-2h-1k-index-ours-r1-ours-s1/attribution.png",
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
        "figures/1L-128d-2h-1k-index-ours-r1-ours-s1/embeddings.png",
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
        "figures/1L-128d-2h-1k-index-ours-r1-ours-s1/embeddings.png",
        [Statement("its spread over training steps, logits", time_spread, above=0.1)],
    ),
    Claim(
        16,
        "The front cell's object favours forward, its colour the opposite",
        "object 0.27, colour -0.742",
        "figures/1L-128d-2h-1k-index-ours-r1-ours-s1/state_maps.png",
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
        "figures/1L-128d-2h-1k-index-ours-r1-ours-s1/state_maps.png",
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
        "figures/1L-128d-2h-1k-index-ours-r1-ours-s1/state_maps.png",
        [Statement("share of the size of contributions off the front cell", off_front, above=0.5)],
    ),
    Claim(
        23,
        "Index encoding makes wall avoidance stronger than obstacle avoidance",
        "table 3",
        "figures/1L-128d-2h-1k-index-ours-r1-ours-s1/attribution.png",
        [
            Statement("wall less obstacle, F-R of the state token", margin, below=0),
            Statement("index less one-hot of the same", margin_by_encoding, below=0),
        ],
    ),
]
