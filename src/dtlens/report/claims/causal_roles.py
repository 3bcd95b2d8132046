"""Who carries an avoidance, and what is kept without the rest: the study's question, asked of every
subset of heads and MLP. Numbers without a rule: the study has none."""

from functools import partial
from typing import Any

from dtlens.analysis.lens.components import components
from dtlens.base.statistics import Number
from dtlens.env.dynamic_obstacles import GOALS, HIGH, LOW, MIDDLE
from dtlens.report.claims.ablation import MLP, OBSTACLE_HEAD, named
from dtlens.report.claims.behaviour import SAYS
from dtlens.report.claims.evidence import Model
from dtlens.report.claims.judge import ABLATIONS, Claim, Statement

OTHER_HEAD = "the other head"
CAUSAL_ROLES = {OBSTACLE_HEAD: "the obstacle head", OTHER_HEAD: OTHER_HEAD, MLP: MLP}
KEPT = [(OBSTACLE_HEAD,), (MLP,), (OBSTACLE_HEAD, MLP), (OBSTACLE_HEAD, OTHER_HEAD)]
REFUSED = [("obstacle", HIGH), *((side, LOW) for side in GOALS)]
FAITHFUL = {"actions": "decisions", "variance": "variance of F-R", "divergence": "KL divergence"}


def carrier(model: Model, what: str) -> str | None:
    """The component's name in a model of one layer with two heads; None in another."""
    names = [component.name for component in components(model.cell)]
    if len(names) != len(CAUSAL_ROLES):
        return None
    if what != OTHER_HEAD:
        return named(model, what)
    others = {carrier(model, MLP), named(model, OBSTACLE_HEAD)}
    return next(name for name in names if name not in others)


def shapley(model: Model, reference: str, what: str, front: str, rtg: float) -> Number | None:
    """A component's Shapley value of an avoidance: minus that of P(forward)."""
    where: dict[str, Any] = {"component": carrier(model, what), "reference": reference}
    number = model.number("shapley", **where, evidence="testing", event=front, rtg=rtg)
    return number and number._replace(value=-number.value, low=-number.high, high=-number.low)


def kept(
    model: Model, reference: str, left: tuple[str, ...], event: str, rtg: float
) -> Number | None:
    """What is as in the whole model with all but these components ablated."""
    names = [component.name for component in components(model.cell)]
    stay = {carrier(model, what) for what in left}
    if None in stay:
        return None
    ablated = "+".join(name for name in names if name not in stay)
    where: dict[str, Any] = {"ablated": ablated, "reference": reference, "event": event}
    return model.number("ablation", **where, evidence="kept", rtg=rtg)


CLAIMS = [
    Claim(
        29,
        "Who carries which refusal",
        "not asked of all subsets",
        "roles",
        [
            *(
                Statement(
                    f"Shapley value of {said}: {SAYS.get(front, front)} refused, told {rtg:g}",
                    partial(shapley, what=what, front=front, rtg=rtg),
                    references=ABLATIONS,
                )
                for front, rtg in REFUSED
                for what, said in CAUSAL_ROLES.items()
            ),
            *(
                Statement(
                    f"{said} with {' and '.join(CAUSAL_ROLES[what] for what in left)} alone,"
                    f" told {rtg:g}",
                    partial(kept, left=left, event=event, rtg=rtg),
                    references=("mean",),
                )
                for event, said in FAITHFUL.items()
                for left in KEPT
                for rtg in (LOW, MIDDLE, HIGH)
            ),
        ],
        check=True,
    )
]
