"""The study's claims about what its model does, with the rules to judge them by."""

from functools import partial
from typing import Unpack

import numpy as np
from scipy import stats

from dtlens.base.intervals import wilson
from dtlens.base.statistics import Number, exact
from dtlens.env.dynamic_obstacles import GOALS, HIGH, LOW, MIDDLE
from dtlens.report.arms import OURS
from dtlens.report.claims.evidence import Model, Study, of_weights, table
from dtlens.report.claims.judge import SAMPLED, Claim, Rule, Shared, Statement

CHANCE = 1 / 3  # of three actions: what P(forward) is without a preference
SELDOM, MOSTLY = 0.2, 0.5  # share of episodes
PLAYED = ("", SAMPLED)
RTGS = (LOW, MIDDLE, HIGH)
BETWEEN = (0.2, 0.9)  # the targets between which the study's curve is s-shaped
DISTANCE = "rms of return less target, 0.2 to 0.9"
SAYS = {"goal_from_top": "goal from the top", "goal_from_left": "goal from the left"}
SHORT = {"wall": "walls", "obstacle": "obstacles", "goal": "the goal"}
# Table 1 of the study.
AVOIDED = [
    ("wall", LOW),
    ("wall", MIDDLE),
    ("wall", HIGH),
    ("obstacle", MIDDLE),
    ("obstacle", HIGH),
]
AVOIDED += [("goal", LOW), ("goal", MIDDLE)]
SOUGHT = [("obstacle", LOW), ("goal", HIGH)]
ENDS = {"goal": "reach the goal", "obstacle": "hit an obstacle", "wall": "hit a wall"}


def returned(model: Model, reference: str, rtg: float, less: float = 0.0) -> Number | None:
    """Mean return at target return `rtg`, less a constant."""
    number = model.number(reference or "calibration", "mean_return", "episodes", rtg=rtg)
    return number and number.plus(-less)


def distance(model: Model, reference: str) -> Number | None:
    """Root mean square of mean return less target, over the targets `BETWEEN`."""
    curve = model.tables(reference or "calibration")
    if curve is None:
        return None
    curve = curve[curve["rtg"].between(*BETWEEN)]
    return of_weights(float(np.sqrt(((curve["mean_return"] - curve["rtg"]) ** 2).mean())))


def ends(model: Model, reference: str, outcomes: tuple[str, ...], rtg: float) -> Number | None:
    """The share of episodes at target return `rtg` that end so."""
    row = model.row(reference or "calibration", rtg=rtg)
    if row is None:
        return None
    count = int(row["episodes"])
    hits = round(sum(row[outcome] for outcome in outcomes) * count)
    return Number(hits / count, *wilson(hits, count), count, "episodes")


def in_data(model: Model, reference: str, rtg: float) -> Number | None:
    """The share of its data's steps whose return is so."""
    if model.cell.recipe is None:
        return None
    bins = table(f"agents/{model.cell.data}/rtg_histogram")
    return exact(float(bins.loc[(bins["low"] < rtg) & (rtg < bins["high"]), "steps"].sum()))


def forward(model: Model, reference: str, front: str, rtg: float) -> Number | None:
    """P(forward) in placed scenes."""
    return model.number("behaviours", evidence="bank", event=front, rtg=rtg)


def on_policy(model: Model, reference: str, measure: str, of: str, rtg: float) -> Number | None:
    """Of the steps of the model's own play."""
    return model.number("on_policy", unit="episodes", measure=measure, of=of, rtg=rtg)


def in_front(front: str, rtg: float) -> Statement:
    said = f"P(forward), {SAYS.get(front, front)} in front, told {rtg:g}"
    return Statement(said, partial(forward, front=front, rtg=rtg))


def ending(rtg: float, *outcomes: str, **rule: Unpack[Rule]) -> Statement:
    said = {("time_out",): "time out", ("obstacle", "wall"): "die"}.get(outcomes)
    name = f"episodes told {rtg:g} that {said or ENDS[outcomes[0]]}"
    of = partial(ends, outcomes=outcomes, rtg=rtg)
    return Statement(name, of, references=PLAYED, **(rule | Rule(made=True)))


def calibrated(rtg: float, within: float) -> Statement:
    of = partial(returned, rtg=rtg, less=rtg)
    rule = Rule(above=-within, below=within, short=f"calibration told {rtg:g}", made=True)
    return Statement(f"return less {rtg:g}, told {rtg:g}", of, references=PLAYED, **rule)


def played(
    what: str, measure: str, of: str, rtgs: tuple[float, ...] = RTGS, **rule: Unpack[Rule]
) -> list[Statement]:
    return [
        Statement(
            f"{what}, told {rtg:g}",
            partial(on_policy, measure=measure, of=of, rtg=rtg),
            **(rule | Rule(short=f"{rule.get('short', 'correlation')} told {rtg:g}")),
        )
        for rtg in rtgs
    ]


def better_cells(study: Study, arm: str) -> dict[int | None, Number]:
    """How many shapes of the grid return more at target return 0.9 than the study's, beyond chance.

    All are trained on as much, on our data: asked of our recipe. A shape's return is the mean over
    its seeds, one-sided p from the intervals over episodes, Holm's correction for their number.
    """
    grid, shape = table("grid"), ["layers", "width", "heads", "context"]
    cell = study.arms[arm][0].cell.model_dump()
    if arm not in OURS or set(grid["encoding"]) != {cell["encoding"]}:
        return {}
    name = f"return_at_{HIGH:g}"
    error = (grid[f"{name}_high"] - grid[f"{name}_low"]) / 2 / stats.norm.ppf(0.975)
    by_shape = grid.assign(squared=error**2).groupby(shape)
    returns, seeds = by_shape[name].mean(), by_shape.size()
    errors = np.sqrt(by_shape["squared"].sum()) / seeds
    own = tuple(cell[key] for key in shape)
    if own not in returns.index:
        return {}
    gap, width = returns - returns[own], np.hypot(errors, errors[own])
    p = np.sort(stats.norm.sf(gap / width.clip(lower=1e-9))[returns.index != own])
    better = np.cumprod(p * np.arange(len(p), 0, -1) < 0.05).sum()  # Holm, 1979
    return {None: exact(float(better), len(p), "shapes")}


def without_oversampling(model: Model, reference: str, front: str, encoding: str) -> Number | None:
    """P(forward) told 0.9, less that of the model of the same run and seed that saw no more of
    episodes' ends."""
    if model.cell.encoding != encoding or model.cell.recipe is None:
        return None
    own, other = (
        forward(one, "", front, HIGH) for one in (model, model.like(end_oversampling=0.0))
    )
    return own and other and own.minus(other)


def own_way(model: Model, reference: str) -> Number | None:
    """The share of its entries into the goal, told 0.9, that come from the side from which most in
    its run's data do; no number where it never enters."""
    if model.cell.recipe is None:
        return None
    rows = table(f"agents/{model.cell.data}/decisions")
    entries = (rows["steps"] * rows["forward"]).where(rows["low"] > 0).groupby(rows["front"]).sum()
    top = on_policy(model, "", "goal_from_top", "entries", HIGH)
    if top is None or entries.get(GOALS[0], 0) >= entries.get(GOALS[1], 0):
        return top
    return top._replace(value=1 - top.value, low=1 - top.high, high=1 - top.low)


TURNS = [
    *played("right turns among turns", "right_turns", "turns"),
    *played("goals entered from the top", "goal_from_top", "entries", (HIGH,)),
]
CLAIMS = [
    Claim(
        4,
        "1 layer, width 128, 2 heads, 1 timestep is enough",
        '"seemed to robustly achieve good performance"',
        "grid",
        [
            Statement(
                "return told 0.9",
                partial(returned, rtg=HIGH),
                references=PLAYED,
                above=0.8,
                short="the return",
            ),
            Shared("shapes of the grid that return more", better_cells, below=1, short="the grid"),
        ],
        note="The grid is trained on our data, so that only our recipe is asked about it.",
    ),
    Claim(
        5,
        "Calibrated at -1, 0 and about 1",
        '-1 "failing pretty robustly", 0 "surviving the entire episode (with some variation)", ~1 '
        '"succeeding pretty robustly"',
        "calibration",
        [
            calibrated(LOW, 0.1),
            calibrated(MIDDLE, 0.15),
            calibrated(0.95, 0.15),
            ending(MIDDLE, "obstacle", "wall", below=SELDOM, short="few deaths told 0"),
            ending(MIDDLE, "time_out"),
            Statement(DISTANCE, distance, references=PLAYED),
            *(
                Statement(f"its data's steps that return {rtg:g}", partial(in_data, rtg=rtg))
                for rtg in (LOW, MIDDLE)
            ),
        ],
        note="The s-shape of the study's figure 5 is the likeliest action's: sampled, most goes.",
    ),
    Claim(
        6,
        "What it avoids, and when",
        "table 1's nine cells",
        "ablation",
        [
            *(
                ending(rtg, what, below=SELDOM, short=f"{SHORT[what]} told {rtg:g}")
                for what, rtg in AVOIDED
            ),
            *(
                ending(rtg, what, above=MOSTLY, short=f"into {SHORT[what]} told {rtg:g}")
                for what, rtg in SOUGHT
            ),
            *(in_front(front, rtg) for rtg in RTGS for front in ("wall", "obstacle", *GOALS)),
        ],
        note="Judged by how episodes end. What placed scenes say stands beside.",
    ),
    Claim(
        8,
        "Left and right logits correlate",
        '"right and left logits correlate heavily"',
        "",
        [
            *played("r of left and right", "correlation", "left, right", above=0.7, made=True),
            *played("the same, logits centred", "centred_correlation", "left, right"),
        ],
    ),
    Claim(
        22,
        "Without end-oversampling the goal is avoided",
        'avoiding the goal "was fixed when I started over-sampling"',
        "",
        [
            Statement(
                f"P(forward), {SAYS[side]}, told 0.9: with less without, {encoding}",
                partial(without_oversampling, front=side, encoding=encoding),
                **(Rule(above=0, short=f"the {SAYS[side]}") if encoding == "index" else Rule()),
            )
            for encoding in OURS
            for side in GOALS
        ],
        note="Paired by run and seed; models of seed 1 alone were trained without.",
    ),
    Claim(
        24,
        "Trigrams: (reward-to-go, what is in front) to action",
        '"various trigrams"; f "includes things like" front; "also broader biases"',
        "",
        [
            *played(
                "KL explained by the front alone",
                "explained",
                "front",
                above=CHANCE,
                short="what is in front",
            ),
            *played("KL explained by front and free cells beside", "explained", "front, sides"),
            *played("KL explained by the whole view, linearly", "explained", "view"),
        ],
    ),
    Claim(
        25,
        "Which way round it goes is its agent's",
        '"tendency to manoeuvre the grid clockwise", "probably a function of the PPO agent"',
        "",
        [
            Statement("entries from the side of its run's data, told 0.9", own_way, above=0.5),
            *TURNS,
        ],
        note="The study's agent is not kept: nobody can ask its model this.",
    ),
]
