"""The study's claims about what its model does, with the rules to judge them by.

A claim about "the model" is one about the headline cell; its unit is the training seed.
"""

from functools import partial

import numpy as np

from dtlens.claims.evidence import Model, Results
from dtlens.claims.judge import STUDY, Claim, Number, Shared, Statement
from dtlens.stats import mean_interval
from dtlens.task.dynamic_obstacles import HIGH, LOW, MIDDLE

CHANCE = 1 / 3  # of three actions: what P(forward) is without a preference
GOALS = ["goal_from_top", "goal_from_left"]


def blind_control(results: Results) -> Number:
    """Mean return of the grid's cells without layers that are told -1."""
    grid = results.table("grid")
    returns = grid.loc[grid["layers"] == 0, f"return_at_{LOW:g}"].to_numpy()
    interval = mean_interval(returns, np.random.default_rng(0))
    return Number(float(returns.mean()), *interval, len(returns), "cells")


def better_calibrated(results: Results) -> Number:
    """The share of the grid's other cells with layers whose calibration error is smaller than that
    of the headline's shape in the grid, where all are trained on as much.

    The interval is that of the error, from its episodes.
    """
    grid = results.table("grid")
    shape = results.cells[0].model_dump(include={"layers", "width", "heads", "context"})
    is_shape = (grid[list(shape)] == list(shape.values())).all(axis=1)
    own, others = grid[is_shape], grid[~is_shape & (grid["layers"] > 0)]
    if own.empty:
        return Number(np.nan, np.nan, np.nan, len(others), "cells")
    errors = own[["error", "error_low", "error_high"]].to_numpy()[0]
    share, low, high = (others["error"].to_numpy()[:, None] < errors).mean(0).tolist()
    return Number(share, low, high, len(others), "cells")


def bias(model: Model, rtg: float) -> float:
    """Mean return less the reward-to-go asked for."""
    return model.value("calibration", "mean_return", rtg=rtg) - rtg


def forward(model: Model, front: str | list[str], rtg: float) -> float:
    """P(forward) in placed scenes."""
    return model.value("behaviours", evidence="bank", event=front, rtg=rtg)


def ends(model: Model, outcome: str, rtg: float) -> float:
    """The share of played episodes that end so."""
    return model.value("behaviours", evidence="play", event=outcome, rtg=rtg)


def avoided(name: str, front: str | list[str], rtg: float) -> Statement:
    measure = f"P(forward), {name} in front, told {rtg:g}"
    return Statement(measure, lambda model: forward(model, front, rtg), below=CHANCE)


def entered(name: str, front: str | list[str], rtg: float) -> Statement:
    measure = f"P(forward), {name} in front, told {rtg:g}"
    return Statement(measure, lambda model: forward(model, front, rtg), above=CHANCE)


def goals_without_oversampling(model: Model, encoding: str) -> float | None:
    """The share of episodes told 0.9 that reach the goal, of the seed's model so trained.

    Asked once a seed, of the model in the study's encoding.
    """
    if model.cell.encoding != STUDY:
        return None
    other = model.like(encoding=encoding, end_oversampling=0.0)
    return other.value("calibration", "goal", rtg=HIGH) if other.has("calibration") else None


def correlation(model: Model, rtg: float) -> float:
    """Of the logits of left and right, over the states of play."""
    return model.value("on_policy", measure="correlation", of="left, right", rtg=rtg)


def agreement(model: Model, rtg: float) -> float:
    """Of a look-up table of reward-to-go and front object with the model, on held-out play."""
    return model.value("on_policy", measure="agreement", of="rtg, front", rtg=rtg)


CLAIMS = [
    Claim(
        4,
        "1 layer, width 128, 2 heads, 1 timestep is robustly good",
        "chosen by eye",
        "figures/grid.png",
        [
            Statement("return told 0.9", lambda model: bias(model, HIGH) + HIGH, above=0.93),
            Shared("share of the grid better calibrated", better_calibrated, below=0.25),
            Shared("return of 0 layers told -1 (control)", blind_control, above=0.5),
        ],
    ),
    Claim(
        5,
        "Calibrated at -1, 0 and about 1, s-shaped between",
        "figure 5",
        "figures/1L-128d-2h-1k-index-ours-r1-ours-s1/calibration.png",
        [
            Statement("bias told -1", lambda model: bias(model, LOW), -0.1, 0.1),
            Statement("bias told 0", lambda model: bias(model, MIDDLE), -0.1, 0.1),
            Statement("bias told 0.95", lambda model: bias(model, 0.95), -0.1, 0.1),
            Statement("bias told -0.5", lambda model: bias(model, -0.5), below=-0.1),
            Statement("bias told 0.5", lambda model: bias(model, 0.5), above=0.1),
        ],
    ),
    Claim(
        6,
        "Avoids walls at -1, 0, 0.9; obstacles at 0, 0.9, not -1; the goal at -1, 0, not 0.9",
        "table 1",
        "figures/1L-128d-2h-1k-index-ours-r1-ours-s1/ablation.png",
        [
            *(avoided("wall", "wall", rtg) for rtg in (LOW, MIDDLE, HIGH)),
            entered("obstacle", "obstacle", LOW),
            *(avoided("obstacle", "obstacle", rtg) for rtg in (MIDDLE, HIGH)),
            *(avoided("goal", GOALS, rtg) for rtg in (LOW, MIDDLE)),
            entered("goal", GOALS, HIGH),
            Statement(
                "episodes told -1 that hit a wall", lambda m: ends(m, "wall", LOW), below=0.1
            ),
            Statement(
                "episodes told -1 that hit an obstacle",
                lambda m: ends(m, "obstacle", LOW),
                above=0.9,
            ),
            Statement(
                "episodes told 0.9 that hit an obstacle",
                lambda m: ends(m, "obstacle", HIGH),
                below=0.05,
            ),
            Statement(
                "episodes told 0.9 that reach the goal", lambda m: ends(m, "goal", HIGH), above=0.9
            ),
        ],
    ),
    Claim(
        8,
        "Left and right logits correlate heavily",
        "in words",
        "on_policy/",
        [
            Statement(
                f"Pearson's r over states of play, told {rtg:g}",
                partial(correlation, rtg=rtg),
                above=0.8,
            )
            for rtg in (LOW, MIDDLE, HIGH)
        ],
    ),
    Claim(
        22,
        "Without end-oversampling the index-encoded model avoids the goal too; one-hot would not",
        "in words",
        "seeds_summary.csv",
        [
            Statement(
                f"goals told 0.9, {encoding}, no end-oversampling",
                partial(goals_without_oversampling, encoding=encoding),
                **bound,
            )
            for encoding, bound in (("index", {"below": 0.5}), ("one_hot", {"above": 0.5}))
        ],
    ),
    Claim(
        24,
        "Trigrams: (reward-to-go, front) decide the action",
        "in words",
        "on_policy/",
        [
            Statement(
                f"agreement of the look-up table on held-out play, told {rtg:g}",
                partial(agreement, rtg=rtg),
                above=0.9,
            )
            for rtg in (LOW, MIDDLE, HIGH)
        ],
    ),
    Claim(
        25,
        "Clockwise bias",
        "in words",
        "on_policy/",
        [
            Statement(
                "right turns among turns, told 0.9",
                lambda model: model.value("on_policy", measure="right_turns", rtg=HIGH),
                above=0.5,
            ),
            Statement(
                "goals entered from the top, told 0.9",
                lambda model: model.value("on_policy", measure="goal_from_top", rtg=HIGH),
                above=0.5,
            ),
        ],
    ),
]
