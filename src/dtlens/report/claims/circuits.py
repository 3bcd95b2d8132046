"""The study's claims about heads and the MLP, with the rules to judge them by."""

from functools import partial
from typing import Any, Unpack

import numpy as np
import pandas as pd

from dtlens.base.statistics import Number, exact
from dtlens.env.dynamic_obstacles import HIGH
from dtlens.report.claims.ablation import GOAL_HEAD, NAMES, OBSTACLE_HEAD
from dtlens.report.claims.behaviour import CHANCE
from dtlens.report.claims.evidence import Model, of_weights
from dtlens.report.claims.judge import Claim, Rule, Statement

REFUSING = 0.25  # the reward-to-go from which on obstacles should be refused
VERSUS = "versus_empty"
FRONTS = ("wall", "obstacle", "goal_from_top")


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
    curve = refusal(model)
    return None if curve is None else of_weights(float(curve[curve.index >= REFUSING].max()))


def crossing(model: Model, reference: str) -> Number | None:
    """The target above which P(forward, obstacle) stays below 1/3; no number if nowhere above."""
    curve = refusal(model)
    if curve is None:
        return None
    falls = np.flatnonzero((curve.to_numpy()[:-1] >= CHANCE) & (curve.to_numpy()[1:] < CHANCE))
    if not len(falls):
        return exact(np.nan)
    around = curve.iloc[falls[-1] : falls[-1] + 2][::-1]  # np.interp asks for rising values
    return exact(float(np.interp(CHANCE, around, around.index)))


def refusal(model: Model) -> "pd.Series[float] | None":
    """P(forward) with an obstacle in front, by target return."""
    table = model.tables("circuits/scan")
    if table is None:
        return None
    chosen = (table["measure"] == "probability") & (table["front"] == "obstacle")
    return table[chosen].set_index("rtg")["value"]


def attending(model: Model, reference: str, measure: str, front: str) -> Number | None:
    """What an object in front changes in the obstacle head's attention to the RTG token."""
    where: dict[str, Any] = {"rtg": HIGH, "front": front, "measure": measure}
    return model.number("circuits/attention", "change", head=model.head(OBSTACLE_HEAD), **where)


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


def attention(measure: str, said: str, **rule: Unpack[Rule]) -> list[Statement]:
    names = [front.partition("_")[0] for front in FRONTS]  # the goal's two sides are one object
    return [
        Statement(
            f"obstacle head's {said}, {name} less empty in front",
            partial(attending, measure=measure, front=front),
            **(rule | Rule(short=f"the {name}")),
        )
        for front, name in zip(FRONTS, names, strict=True)
    ]


def ov(what: str, onto: str, of: str, column: str = "value", **rule: Unpack[Rule]) -> Statement:
    of_head = partial(written, onto=onto, of=of, column=column)
    return Statement(f"obstacle head's OV, {what} in front, onto {onto}", of_head, **rule)


CLAIMS = [
    Claim(
        7,
        "Parts sum to forward less right",
        "figure 3",
        "attribution",
        [Statement("greatest error of the sum, in logits", reconstruction, below=1e-4)],
        check=True,
    ),
    Claim(
        12,
        "Obstacles are refused above 0.2 to 0.3",
        'refused "where RTG is > 0.2-0.3"',
        "scan",
        [
            Statement(
                "greatest P(forward, obstacle) from 0.25 on",
                greatest,
                below=CHANCE,
                short="refusal",
            ),
            Statement(
                "P(forward, obstacle) falls below 1/3 at",
                crossing,
                above=0.1,
                below=0.4,
                short="the threshold",
            ),
        ],
        note='"None": it is below 1/3 wherever told, so that there is no threshold.',
    ),
    Claim(
        19,
        "QK: anything in front lowers attention to RTG",
        "figure 16: anything in front lowers the obstacle head's attention to the RTG",
        "attention_by_front",
        [
            *attention("circuit", "QK circuit to the RTG", below=0.0),
            *attention("score", "whole score of the RTG"),
            *attention("attention", "attention to the RTG"),
        ],
    ),
    Claim(
        20,
        "OV: a high object index inhibits forward",
        "figure 17: a high object index in front inhibits forward",
        "ov_maps",
        [
            ov("the object's index", "forward", "object", below=0, short="the index"),
            ov(
                "an obstacle less empty",
                "forward",
                "obstacle",
                VERSUS,
                below=0,
                short="an obstacle",
            ),
            ov("an obstacle less empty", "F-R", "obstacle", VERSUS),
        ],
    ),
    Claim(
        21,
        "The MLP amplifies the heads",
        '"amplified", "tends to accentuate"',
        "paths",
        [
            Statement(
                f"MLP's part in what {NAMES[role]} does, {said} in front, with its sign",
                partial(through_mlp, role=role, front=front),
                above=0,
                short=NAMES[role],
            )
            for role, front, said in (
                (OBSTACLE_HEAD, "obstacle", "obstacle"),
                (GOAL_HEAD, "goal_from_top", "goal from the top"),
            )
        ],
        note="0.5: as much goes through the MLP as directly.",
    ),
    Claim(
        27,
        "Without attention the RTG moves nothing",
        "architecture",
        "",
        [Statement("greatest move of a logit with attention cut", cut, below=1e-6)],
        check=True,
    ),
]
