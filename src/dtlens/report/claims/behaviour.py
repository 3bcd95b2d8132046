"""The study's claims about what its model does, with the rules to judge them by."""

from functools import partial
from typing import Unpack

import numpy as np

from dtlens.base.intervals import wilson
from dtlens.base.statistics import Number, exact
from dtlens.env.dynamic_obstacles import GOALS, HIGH, LOW, MIDDLE
from dtlens.report.arms import RECIPE
from dtlens.report.claims.evidence import Model, Study, table
from dtlens.report.claims.judge import SAMPLED, Bounds, Claim, Shared, Statement

CHANCE = 1 / 3  # of three actions: what P(forward) is without a preference
PLAYED = ("", SAMPLED)
# What the study expects of models that see no more of episodes' ends, at target return 0.9.
WITHOUT_OVERSAMPLING: dict[str, Bounds] = {"index": {"below": CHANCE}, "one_hot": {"above": CHANCE}}
SAYS = {"goal_from_top": "goal from the top", "goal_from_left": "goal from the left"}


def returned(model: Model, reference: str, rtg: float) -> Number | None:
    """Mean return at target return `rtg`."""
    kind = reference or "calibration"
    return model.number(kind, "mean_return", "episodes", rtg=rtg)


def bias(model: Model, reference: str, rtg: float) -> Number | None:
    """Mean return less the reward-to-go asked for."""
    number = returned(model, reference, rtg)
    return number and number.less(rtg)


def ends(model: Model, reference: str, outcome: str, rtg: float) -> Number | None:
    """The share of episodes at target return `rtg` that end so."""
    row = model.row(reference or "calibration", rtg=rtg)
    if row is None:
        return None
    value, count = float(row[outcome]), int(row["episodes"])
    return Number(value, *wilson(round(value * count), count), count, "episodes")


def forward(model: Model, reference: str, front: str, rtg: float) -> Number | None:
    """P(forward) in placed scenes."""
    return model.number("behaviours", evidence="bank", event=front, rtg=rtg)


def on_policy(model: Model, reference: str, measure: str, of: str, rtg: float) -> Number | None:
    """Of the steps of the model's own play."""
    return model.number("on_policy", unit="episodes", measure=measure, of=of, rtg=rtg)


def in_front(front: str, rtg: float, **bound: Unpack[Bounds]) -> Statement:
    said = SAYS.get(front, front)
    of = partial(forward, front=front, rtg=rtg)
    return Statement(f"P(forward), {said} in front, told {rtg:g}", of, data=(rtg, front), **bound)


def ending(outcome: str, rtg: float, **bound: Unpack[Bounds]) -> Statement:
    said = {"goal": "reach the goal", "time_out": "time out"}.get(outcome, f"hit a {outcome}")
    of = partial(ends, outcome=outcome, rtg=rtg)
    return Statement(
        f"episodes told {rtg:g} that {said.replace('a o', 'an o')}",
        of,
        references=PLAYED,
        **bound,
    )


def biased(rtg: float, **bound: Unpack[Bounds]) -> Statement:
    of = partial(bias, rtg=rtg)
    return Statement(f"return less {rtg:g}, told {rtg:g}", of, references=PLAYED, **bound)


def played(what: str, measure: str, of: str, rtg: float, **bound: Unpack[Bounds]) -> Statement:
    asked = partial(on_policy, measure=measure, of=of, rtg=rtg)
    return Statement(f"{what}, told {rtg:g}", asked, **bound)


def better_cells(study: Study, arm: str) -> dict[str, Number]:
    """How many cells of the grid return more at target return 0.9 than the study's, beyond both
    intervals.

    All are trained on as much, each once, on our data: asked of our recipe.
    """
    grid, models = table("grid"), study.arms[arm]
    shape = models[0].cell.model_dump(include={"layers", "width", "heads", "context"})
    own = grid[(grid[list(shape)] == list(shape.values())).all(axis=1)]
    if arm == RECIPE or own.empty or set(own["encoding"]) != {models[0].cell.encoding}:
        return {}
    name = f"return_at_{HIGH:g}"
    gap = grid[name] - own[name].item()
    half = (grid[f"{name}_high"] - grid[f"{name}_low"]) / 2
    beyond = gap > np.hypot(half, half[own.index].item())
    return {"": exact(float(beyond.sum()), len(grid) - 1, "cells")}


def without_oversampling(model: Model, reference: str, front: str, encoding: str) -> Number | None:
    """P(forward) of the model of the same run and seed that saw no more of episodes' ends."""
    if model.cell.encoding != encoding or model.cell.recipe is None:
        return None
    other = model.like(end_oversampling=0.0)
    return other.number("behaviours", evidence="bank", event=front, rtg=HIGH)


CLAIMS = [
    Claim(
        4,
        "1 layer, width 128, 2 heads, 1 timestep is robustly good",
        "chosen by eye",
        "grid",
        [
            Statement(
                "return told 0.9", partial(returned, rtg=HIGH), above=0.93, references=PLAYED
            ),
            Shared("cells of the grid that return more, beyond intervals", better_cells, below=1),
        ],
    ),
    Claim(
        5,
        "Calibrated at -1, 0 and about 1, s-shaped between",
        "figure 5",
        "calibration",
        [
            biased(LOW, above=-0.1, below=0.1),
            biased(MIDDLE, above=-0.1, below=0.1),
            biased(0.95, above=-0.1, below=0.1),
            biased(-0.5, below=0),
            biased(0.5, above=0),
            ending("time_out", MIDDLE, above=0.8),
        ],
    ),
    Claim(
        6,
        "Avoids walls at -1, 0, 0.9; obstacles at 0, 0.9, not -1; the goal at -1, 0, not 0.9",
        "table 1",
        "ablation",
        [
            *(in_front("wall", rtg, below=CHANCE) for rtg in (LOW, MIDDLE, HIGH)),
            in_front("obstacle", LOW, above=CHANCE),
            *(in_front("obstacle", rtg, below=CHANCE) for rtg in (MIDDLE, HIGH)),
            *(in_front(side, rtg, below=CHANCE) for rtg in (LOW, MIDDLE) for side in GOALS),
            *(in_front(side, HIGH, above=CHANCE) for side in GOALS),
            *(ending("wall", rtg, below=0.1) for rtg in (LOW, MIDDLE, HIGH)),
            ending("obstacle", LOW, above=0.5),
            *(ending("obstacle", rtg, below=0.1) for rtg in (MIDDLE, HIGH)),
            *(ending("goal", rtg, below=0.1) for rtg in (LOW, MIDDLE)),
            ending("goal", HIGH, above=0.5),
        ],
    ),
    Claim(
        8,
        "Left and right logits correlate heavily",
        "in words",
        "",
        [
            *(
                played("Pearson's r of left and right", "correlation", "left, right", r, above=0.7)
                for r in (LOW, MIDDLE, HIGH)
            ),
            *(
                played("the same, logits centred", "centred_correlation", "left, right", rtg)
                for rtg in (LOW, MIDDLE, HIGH)
            ),
        ],
    ),
    Claim(
        22,
        "Without end-oversampling the index model avoids the goal too; one-hot would not",
        "in words",
        "",
        [
            Statement(
                f"P(forward), {SAYS[side]} in front, told 0.9, {encoding}, no end-oversampling",
                partial(without_oversampling, front=side, encoding=encoding),
                data=(HIGH, side),
                **bound,
            )
            for encoding, bound in WITHOUT_OVERSAMPLING.items()
            for side in GOALS
        ],
    ),
    Claim(
        24,
        "Trigrams: (reward-to-go, f(state)) decide the action; f is the front and what is beside",
        "in words",
        "",
        [
            *(
                played(
                    "held-out agreement of a table by front and free cells beside",
                    "agreement",
                    "front, sides",
                    rtg,
                    above=0.9,
                )
                for rtg in (LOW, MIDDLE, HIGH)
            ),
            *(
                played(f"{what} of {said}", measure, of, rtg)
                for measure, what in (("agreement", "agreement"), ("explained", "KL explained"))
                for of, said in (("front", "the front alone"), ("view", "the whole view, linear"))
                for rtg in (LOW, MIDDLE, HIGH)
            ),
            *(
                played("variance of the logits linear in the view", "linear", "view", rtg)
                for rtg in (LOW, MIDDLE, HIGH)
            ),
        ],
    ),
    Claim(
        25,
        "Clockwise bias",
        "in words",
        "",
        [
            *(
                played("right turns among turns", "right_turns", "turns", rtg, above=0.5)
                for rtg in (HIGH, MIDDLE, LOW)
            ),
            played("goals entered from the top", "goal_from_top", "entries", HIGH, above=0.5),
            *(
                Statement(
                    f"P(right) - P(left) where shortest paths turn as often, told {rtg:g}",
                    partial(forward, front="right_less_left", rtg=rtg),
                    above=0,
                )
                for rtg in (HIGH, MIDDLE, LOW)
            ),
        ],
    ),
]
