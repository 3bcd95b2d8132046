"""The study's claims about what ablations do, with the rules to judge them by.

Heads are told apart by what they do: the obstacle head carries most of refusing obstacles, the goal
head of refusing the goal from the top (Shapley values on one half of the scenes; the numbers are of
the other half).
"""

from functools import partial
from typing import Any, Unpack

from dtlens.analysis.lens.components import components
from dtlens.base.statistics import Number, exact
from dtlens.env.dynamic_obstacles import GOALS, HIGH, LOW
from dtlens.report.claims.behaviour import SAYS
from dtlens.report.claims.evidence import Model
from dtlens.report.claims.judge import ABLATIONS, Bounds, Claim, Statement

OBSTACLE_HEAD, GOAL_HEAD = "obstacle_refusal", "goal_refusal_from_top"
MLP, HEADS = "the MLP", "both heads"
NAMES = {OBSTACLE_HEAD: "the obstacle head", GOAL_HEAD: "the goal head", MLP: MLP, HEADS: HEADS}


def named(model: Model, what: str) -> str | None:
    """What `ablated` calls a role's head, the MLPs or the heads of a model."""
    names = [component.name for component in components(model.cell)]
    if what in (MLP, HEADS):
        return "+".join(name for name in names if ("MLP" in name) == (what == MLP))
    return model.head(what)


def change(
    model: Model, reference: str, what: str, event: str, rtg: float, evidence: str = "testing"
) -> Number | None:
    """What an ablation adds to P(forward), or to the share of episodes that end so (play)."""
    where: dict[str, Any] = {
        "ablated": named(model, what),
        "reference": reference,
        "evidence": evidence,
    }
    unit = "episodes" if evidence == "play" else "scenes"
    return model.number("ablation", "change", unit, **where, event=event, rtg=rtg)


def two_heads(model: Model, reference: str) -> Number | None:
    """1 if the obstacle head is another than the goal head, else 0."""
    one, other = model.head(OBSTACLE_HEAD), model.head(GOAL_HEAD)
    return exact(float(one != other)) if one and other else None


def changed(what: str, front: str, rtg: float, **bound: Unpack[Bounds]) -> Statement:
    said = SAYS.get(front, front)
    return Statement(
        f"P(forward), {said} in front, told {rtg:g}: change without {NAMES[what]}",
        partial(change, what=what, event=front, rtg=rtg),
        references=ABLATIONS,
        **bound,
    )


def collides(what: str, **bound: Unpack[Bounds]) -> Statement:
    return Statement(
        f"collisions with obstacles, told {HIGH:g}: change without {NAMES[what]}",
        partial(change, what=what, event="obstacle", rtg=HIGH, evidence="play"),
        references=ABLATIONS,
        **bound,
    )


CLAIMS = [
    Claim(
        9,
        "Without one head it enters the goal from the top, told -1",
        "head 0, figure 7",
        "roles",
        [
            changed(GOAL_HEAD, "goal_from_top", LOW, above=0.1),
            changed(HEADS, "goal_from_top", LOW),
        ],
    ),
    Claim(
        10,
        "Without another head it hits obstacles, told 0.9",
        "head 1, figure 7",
        "roles",
        [
            changed(OBSTACLE_HEAD, "obstacle", HIGH, above=0.1),
            collides(OBSTACLE_HEAD, above=0.1),
            Statement("it is another than the goal head (1: yes)", two_heads, above=0.5),
            changed(HEADS, "obstacle", HIGH),
            collides(HEADS),
        ],
    ),
    Claim(
        11,
        "Without the MLP it enters the goal from the left, told -1",
        "figure 7",
        "roles",
        [changed(MLP, "goal_from_left", LOW, above=0.1)],
    ),
    Claim(
        28,
        "One head does not push into the goal told 0.9, nor the other into obstacles told -1",
        "in words",
        "ablation",
        [
            *(changed(GOAL_HEAD, side, HIGH, above=-0.1) for side in GOALS),
            changed(OBSTACLE_HEAD, "obstacle", LOW, above=-0.1),
        ],
    ),
]
