"""The study's claims about heads and the MLP, with the rules to judge them by."""

from functools import partial
from typing import Any

import numpy as np

from dtlens.claims.ablation import GOAL_HEAD, MLP, OBSTACLE_HEAD
from dtlens.claims.evidence import Model
from dtlens.claims.judge import Claim, Statement
from dtlens.task.dynamic_obstacles import HIGH

LEAST_DIRECT = 0.1  # logits; a multiple of a smaller effect says little


def reconstruction(model: Model) -> float:
    """The greatest distance between the sum of the contributions and forward minus right."""
    table = model.table("attribution")
    total = table["component"] == "whole"
    sums = table[~total].groupby(["rtg", "front"])["value"].sum()
    return float((sums - table[total].set_index(["rtg", "front"])["value"]).abs().max())


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


CLAIMS = [
    Claim(
        7,
        "Contributions of heads, MLP and tokens to forward minus right",
        "figure 3",
        "figures/1L-128d-2h-1k-index-ours-r1-ours-s1/attribution.png",
        [Statement("greatest error of the sum, in logits", reconstruction, below=1e-4)],
    ),
    Claim(
        12,
        "Obstacles are refused above a reward-to-go of 0.2-0.3",
        "0.2-0.3",
        "figures/1L-128d-2h-1k-index-ours-r1-ours-s1/scan.png",
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
        19,
        "Anything in front lowers the obstacle head's attention to the reward-to-go",
        "figure 16",
        "figures/1L-128d-2h-1k-index-ours-r1-ours-s1/attention_by_front.png",
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
        "figures/1L-128d-2h-1k-index-ours-r1-ours-s1/ov_maps.png",
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
        "figures/1L-128d-2h-1k-index-ours-r1-ours-s1/paths.png",
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
