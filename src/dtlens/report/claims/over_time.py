"""The study's hunch about training, with the rule to judge it by."""

from collections.abc import Iterator

import numpy as np

from dtlens.analysis.over_time.settings import OverTime
from dtlens.base.settings import load
from dtlens.base.statistics import Number, exact
from dtlens.env.dynamic_obstacles import HIGH
from dtlens.model.cell import Cell
from dtlens.report.claims.ablation import OBSTACLE_HEAD
from dtlens.report.claims.evidence import Study, table
from dtlens.report.claims.judge import Claim, Shared

SKILLED, LOCALISED = ("return", f"{HIGH:g}", 0.9), ("top_share", OBSTACLE_HEAD, 0.75)


def runs(study: Study, arm: str) -> list[Cell]:
    """The trainings that were measured, of the arm's recipe and encoding."""
    like = study.arms[arm][0].cell
    same = ("encoding", "recipe", "optimisation")
    return [
        cell
        for cell in load("over_time", OverTime).cells
        if all(getattr(cell, name) == getattr(like, name) for name in same)
    ]


def reached(cell: Cell, measure: str, of: str, threshold: float) -> tuple[float, bool]:
    """The step at which a training first has so much of a measure, and whether it ever does: if
    not, the last step, which is then too early."""
    rows = table(f"over_time/{cell.name}")
    rows = rows[(rows["measure"] == measure) & (rows["of"] == of)]
    steps = rows.loc[rows["value"] >= threshold, "step"]
    return (float(steps.min()), True) if len(steps) else (float(rows["step"].max()), False)


def lag(study: Study, arm: str) -> dict[str, Number]:
    """Doublings of training from performant to interpretable, at least: a training that never is
    interpretable counts with all its steps. One that is never performant says nothing."""
    found = {}
    for cell in runs(study, arm):
        skilled, is_skilled = reached(cell, *SKILLED)
        localised, _ = reached(cell, *LOCALISED)
        value = float(np.log2(localised / skilled)) if is_skilled else np.nan
        found[cell.name] = exact(value, 1, "run")
    return found


def gains(study: Study, arm: str) -> Iterator[tuple[str, float]]:
    """By how many doublings the strongest decay is interpretable before the weakest, by run of the
    agent and seed; nothing where there is one decay alone."""
    alike: dict[str, list[Cell]] = {}
    for cell in runs(study, arm):
        alike.setdefault(f"r{cell.run} s{cell.seed}", []).append(cell)
    for training, cells in alike.items():
        if len(cells) < 2:
            continue
        cells.sort(key=lambda cell: cell.weight_decay or 0.0)
        (weak, is_weak), (strong, is_strong) = (
            reached(cell, *LOCALISED) for cell in (cells[0], cells[-1])
        )
        yield training, np.log2(weak / strong) if is_weak or is_strong else np.nan


def decay_helps(study: Study, arm: str) -> dict[str, Number]:
    return {training: exact(float(gain), 1, "seed") for training, gain in gains(study, arm)}


CLAIMS = [
    Claim(
        26,
        "Performant long before interpretable; weight decay helps",
        "a hunch",
        "over_time",
        [
            Shared(
                "doublings of training from a return of 0.9 to a top share of 0.75", lag, above=1
            ),
            Shared("doublings that weight decay is earlier there", decay_helps, above=0),
        ],
    ),
]
