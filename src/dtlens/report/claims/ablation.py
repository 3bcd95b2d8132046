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
from dtlens.report.claims.judge import ABLATIONS, Claim, Rule, Statement

OBSTACLE_HEAD, GOAL_HEAD = "obstacle_refusal", "goal_refusal_from_top"
MLP, HEADS, OTHER_HEAD = "the MLP", "both heads", "the other head"
NAMES = {OBSTACLE_HEAD: "the obstacle head", GOAL_HEAD: "the goal head"}
CARRIERS = (OBSTACLE_HEAD, OTHER_HEAD, MLP)
AVOIDED = [("obstacle", HIGH), *((side, LOW) for side in GOALS)]


def named(model: Model, what: str) -> str | None:
    """What `ablated` calls a role's head, the MLPs or the heads of a model."""
    names = [component.name for component in components(model.cell)]
    if what in (MLP, HEADS):
        return "+".join(name for name in names if ("MLP" in name) == (what == MLP))
    if what == OTHER_HEAD:
        others = {model.head(OBSTACLE_HEAD), named(model, MLP)}
        return next((name for name in names if name not in others), None)
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


def shapley(model: Model, reference: str, what: str, front: str, rtg: float) -> Number | None:
    """A component's Shapley value of an avoidance, minus that of P(forward), in a model of one
    layer with two heads."""
    if len(components(model.cell)) != len(CARRIERS):
        return None
    where: dict[str, Any] = {"component": named(model, what), "reference": reference}
    number = model.number("shapley", **where, evidence="testing", event=front, rtg=rtg)
    return number and number._replace(value=-number.value, low=-number.high, high=-number.low)


def changed(what: str, front: str, rtg: float, **rule: Unpack[Rule]) -> Statement:
    said = f"P(forward), {SAYS.get(front, front)} in front, told {rtg:g}: change without"
    of = partial(change, what=what, event=front, rtg=rtg)
    return Statement(f"{said} {NAMES.get(what, what)}", of, references=ABLATIONS, **rule)


def collides(what: str) -> Statement:
    of = partial(change, what=what, event="obstacle", rtg=HIGH, evidence="play")
    said = f"collisions with obstacles, told {HIGH:g}: change without {NAMES.get(what, what)}"
    return Statement(said, of, references=ABLATIONS)


CLAIMS = [
    Claim(
        9,
        "Without one head it enters the goal from the top, told -1",
        "without head 0: goal from the top at -1 (figure 7)",
        "ablation",
        [changed(GOAL_HEAD, "goal_from_top", LOW, above=0.1), changed(HEADS, "goal_from_top", LOW)],
        note="The goal head is the one with the larger Shapley value on the other half of scenes.",
    ),
    Claim(
        10,
        "Without another head it hits obstacles, told 0.9",
        "without head 1: obstacles at 0.9 (figure 7)",
        "ablation",
        [
            changed(OBSTACLE_HEAD, "obstacle", HIGH, above=0.1),
            changed(HEADS, "obstacle", HIGH),
            collides(OBSTACLE_HEAD),
            collides(HEADS),
            Statement("the goal head is another head (1: yes)", two_heads),
        ],
    ),
    Claim(
        11,
        "Without the MLP it enters the goal from the left, told -1",
        "without the MLP: goal from the left at -1 (figure 7)",
        "ablation",
        [changed(MLP, "goal_from_left", LOW, above=0.1)],
    ),
    Claim(
        28,
        "Neither head pushes the other way",
        "head 0 does not push into the goal at 0.9, head 1 not into obstacles at -1",
        "ablation",
        [
            *(
                changed(GOAL_HEAD, side, HIGH, above=-0.15, short=f"the goal head ({SAYS[side]})")
                for side in GOALS
            ),
            changed(
                OBSTACLE_HEAD, "obstacle", LOW, above=-0.15, short="the obstacle head", made=True
            ),
        ],
    ),
    Claim(
        29,
        "Who carries which avoidance",
        "not asked of all subsets",
        "roles",
        [
            Statement(
                f"Shapley value of {NAMES.get(what, what)}: {SAYS.get(front, front)} avoided,"
                f" told {rtg:g}",
                partial(shapley, what=what, front=front, rtg=rtg),
                references=ABLATIONS,
            )
            for front, rtg in AVOIDED
            for what in CARRIERS
        ],
        check=True,
    ),
]
