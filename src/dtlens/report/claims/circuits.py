"""The study's claims about heads and the MLP, with the rules to judge them by."""

from functools import partial
from typing import Any

from dtlens.base.statistics import Number
from dtlens.env.dynamic_obstacles import HIGH, LOW, MIDDLE
from dtlens.report.claims.ablation import GOAL_HEAD, OBSTACLE_HEAD
from dtlens.report.claims.behaviour import CHANCE
from dtlens.report.claims.embeddings import of_weights
from dtlens.report.claims.evidence import Model
from dtlens.report.claims.judge import Bounds, Claim, Statement

REFUSING = 0.25  # the reward-to-go from which on obstacles should be refused
RTGS = (LOW, MIDDLE, HIGH)


def reconstruction(model: Model, reference: str) -> Number | None:
    """The greatest distance between the sum of the contributions and forward minus right."""
    table = model.tables("attribution")
    if table is None:
        return None
    total = table["component"] == "whole"
    sums = table[~total].groupby(["rtg", "front"])["value"].sum()
    whole = table[total].set_index(["rtg", "front"])["value"]
    return of_weights(float((sums - whole).abs().max()))


def greatest(model: Model, reference: str) -> Number | None:
    """The greatest P(forward, obstacle) over the targets of the scan from `REFUSING` on."""
    table = model.tables("circuits/scan")
    if table is None:
        return None
    chosen = (table["measure"] == "probability") & (table["front"] == "obstacle")
    return of_weights(float(table.loc[chosen & (table["rtg"] >= REFUSING), "value"].max()))


def crossing(model: Model, reference: str) -> Number | None:
    where: dict[str, Any] = {"front": "obstacle", "measure": "choice"}
    return model.number("circuits/refusals", **where)


def attending(model: Model, reference: str, measure: str, front: str) -> Number | None:
    """What an object in front changes in the obstacle head's attention to the RTG token."""
    where: dict[str, Any] = {
        "rtg": HIGH,
        "front": front,
        "measure": measure,
        "head": model.head(OBSTACLE_HEAD),
    }
    return model.number("circuits/attention", "change", **where)


def written(
    model: Model, reference: str, onto: str, of: str, column: str = "value"
) -> Number | None:
    """What the obstacle head writes for the front cell, attending to the state token."""
    where: dict[str, Any] = {"circuit": "OV", "onto": onto, "measure": "weight", "of": of}
    row = model.row("circuits/front_cells", head=model.head(OBSTACLE_HEAD), **where)
    return None if row is None else of_weights(float(row[column]))


def through_mlp(model: Model, reference: str, role: str, front: str) -> Number | None:
    """The MLP's part in what a head does to F-R when at target return 0.9 rather than -1, with the
    sign of the head's direct path."""
    where: dict[str, Any] = {"weights": "trained", "pair": "rtg", "front": front, "rtg": HIGH}
    where |= {"measure": "logit_difference", "path": "L0MLP", "component": model.head(role)}
    return model.number("interventions/paths", "through_mlp", "pairs", **where)


def cut(model: Model, reference: str) -> Number | None:
    row = model.row("circuits/cut_attention", cut="attention")
    return None if row is None else of_weights(float(row["moved"]))


def frozen(model: Model, reference: str, rtg: float) -> Number | None:
    return model.number("circuits/frozen", rtg=rtg)


def attention(front: str, measure: str = "circuit", said: str = "QK circuit alone") -> Statement:
    bound: Bounds = {"below": 0.0} if measure == "circuit" else {}
    name = front.partition("_")[0]  # the goal's two sides are one object
    return Statement(
        f"obstacle head's score of the RTG, {name} less empty in front, {said}",
        partial(attending, measure=measure, front=front),
        **bound,
    )


FRONTS = ("wall", "obstacle", "goal_from_top")
CLAIMS = [
    Claim(
        7,
        "Contributions of heads, MLP and tokens sum to forward minus right",
        "figure 3",
        "attribution",
        [Statement("greatest error of the sum, in logits", reconstruction, below=1e-4)],
        check=True,
    ),
    Claim(
        12,
        "Obstacles are refused above a reward-to-go of 0.2 to 0.3",
        "0.2 to 0.3",
        "scan",
        [
            Statement(
                f"greatest P(forward, obstacle), told {REFUSING:g} or more", greatest, below=CHANCE
            ),
            Statement("told above which forward is no longer the likeliest", crossing),
        ],
    ),
    Claim(
        19,
        "Anything in front lowers the obstacle head's attention to the reward-to-go",
        "figure 16",
        "attention_by_front",
        [
            *(attention(front) for front in FRONTS),
            *(attention(front, "score", "whole score") for front in FRONTS),
            *(attention(front, "attention", "as attention") for front in FRONTS),
        ],
    ),
    Claim(
        20,
        "A high object index in front makes the obstacle head inhibit forward",
        "figure 17",
        "ov_maps",
        [
            Statement(
                "obstacle head's OV of the front object's index onto forward",
                partial(written, onto="forward", of="object"),
                below=0,
            ),
            Statement(
                "obstacle head's OV of an obstacle, less empty, onto forward",
                partial(written, onto="forward", of="obstacle", column="versus_empty"),
                below=0,
            ),
            Statement(
                "the same onto F-R",
                partial(written, onto="F-R", of="obstacle", column="versus_empty"),
            ),
        ],
    ),
    Claim(
        21,
        "The MLP amplifies the heads",
        "planned, not measured",
        "paths",
        [
            Statement(
                "obstacle head, obstacle in front: the MLP's part, signed",
                partial(through_mlp, role=OBSTACLE_HEAD, front="obstacle"),
                above=0.5,
            ),
            Statement(
                "goal head, goal from the top: the MLP's part, signed",
                partial(through_mlp, role=GOAL_HEAD, front="goal_from_top"),
                above=0.5,
            ),
        ],
    ),
    Claim(
        27,
        "The reward-to-go reaches the action only through attention",
        "architecture",
        "",
        [
            Statement("greatest move of a logit with attention cut", cut, below=1e-6),
            *(
                Statement(
                    f"decisions kept with attention frozen at its mean, told {rtg:g}",
                    partial(frozen, rtg=rtg),
                )
                for rtg in RTGS
            ),
        ],
        check=True,
    ),
]
