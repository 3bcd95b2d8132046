"""The study's claims about its environment, agent and data, with the rules to judge them by."""

from functools import partial

import numpy as np
import pandas as pd

from dtlens.base.intervals import wilson
from dtlens.base.statistics import Number, exact
from dtlens.report.claims.evidence import RESULTS, Study, read, table
from dtlens.report.claims.judge import Claim, Shared

LAST, SOLVED = 500, 0.8  # an agent solves the game if so many of its last episodes reach the goal


def exceptions(study: Study, arm: str) -> dict[int | None, Number]:
    """Of each run's recorded steps, those that break the fact of the environment most often
    broken, among the steps that it is about."""
    found = {}
    for run, data in study.runs(arm).items():
        least = table(f"agents/{data}/facts").nsmallest(1, "measured").iloc[0]
        broken = round((1 - least["measured"]) * least["n"])
        found[run] = exact(float(broken), int(least["n"]), "steps")
    return found


def success(study: Study, arm: str) -> dict[int | None, Number]:
    """Each run's share of its last 500 episodes that reach the goal."""
    return {
        run: final_success(table(f"agents/{data}/learning_curve"))
        for run, data in study.runs(arm).items()
    }


def final_success(curve: pd.DataFrame) -> Number:
    """Over the last updates of a learning curve that hold at least `LAST` episodes together; no
    number where all hold fewer."""
    curve = curve.fillna(0)  # an update in which no episode ended
    from_end = curve["episodes"][::-1].cumsum()[::-1]
    if from_end.iloc[0] < LAST:
        return Number(np.nan, np.nan, np.nan, int(from_end.iloc[0]), "episodes")
    last = curve[from_end.shift(-1, fill_value=0) < LAST]
    episodes = int(last["episodes"].sum())
    hits = round((last["success"] * last["episodes"]).sum())
    return Number(hits / episodes, *wilson(hits, episodes), episodes, "episodes")


def solves(study: Study, arm: str) -> bool:
    """Whether all agents of an arm solve the game: one whose agents do not has no readings."""
    found = success(study, arm).values()
    return bool(found) and all(number.value >= SOLVED for number in found)


def learners(study: Study, arm: str) -> tuple[int, int]:
    """How many runs by the recipe of an arm's agents solve the game, and of how many."""
    recipes = {data.rpartition("-")[0] for data in study.runs(arm).values()}
    curves = [
        path
        for name in recipes
        for path in sorted(RESULTS.glob(f"agents/{name}-r*/learning_curve.csv"))
    ]
    return sum(final_success(read(path)).value >= SOLVED for path in curves), len(curves)


def within(study: Study, arm: str, low: float, high: float) -> dict[int | None, Number]:
    """Each run's share of episodes that return from low to high."""
    found = {}
    for run, data in study.runs(arm).items():
        bins = table(f"agents/{data}/rtg_histogram")
        inside = ((bins["low"] + bins["high"]) / 2).round(6).between(low, high)
        found[run] = exact(float(bins.loc[inside, "episodes"].sum()), 1, "run")
    return found


def valley(study: Study, arm: str) -> dict[int | None, Number]:
    """Episodes that return 0.2 to 0.4, for each that returns 0.7 to 0.9."""
    few, many = (within(study, arm, *ends) for ends in ((0.2, 0.4), (0.7, 0.9)))
    return {
        run: exact(few[run].value / value.value if value.value else np.nan, 1, "run")
        for run, value in many.items()
    }


CLAIMS = [
    Claim(
        1,
        "The environment is as described",
        "described in words",
        "game",
        [Shared("steps that break a fact of the environment", exceptions)],
        check=True,
        note="Of the fact that is broken most; tables of facts are in results/agents.",
    ),
    Claim(
        2,
        "PPO solves the game",
        '"solved the task well and generated trajectories of varying rewards"',
        "learning_curve",
        [Shared("goals in the last 500 episodes of a run", success, above=SOLVED)],
        check=True,
        note="The gate: an arm of which one agent fails this has no readings.",
    ),
    Claim(
        3,
        "Training returns pile up at -1, 0 and 0.8; none between -1 and 0",
        'RTGs "between -1 and 0 ... never given"; "way more RTG~0.8 than 0.3"',
        "rtg_histogram",
        [
            Shared(
                "share of episodes between -1 and 0",
                partial(within, low=-0.951, high=-0.049),
                below=1e-6,
                short="the gap between -1 and 0",
            ),
            Shared(
                "episodes at 0.2 to 0.4 for each at 0.7 to 0.9",
                valley,
                below=1 / 3,
                short="the valley at 0.3",
            ),
            *(
                Shared(
                    f"share of episodes at {rtg:g}",
                    partial(within, low=rtg, high=rtg),
                    above=0.05,
                    short=f"the pile at {rtg:g}",
                )
                for rtg in (-1.0, 0.0)
            ),
        ],
        note="Asked of the runs of the agent; the study's own data are not kept.",
    ),
]
