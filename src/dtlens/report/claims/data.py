"""The study's claims about its environment, agent and data, with the rules to judge them by."""

from functools import partial

import numpy as np
import pandas as pd

from dtlens.base.intervals import wilson
from dtlens.base.statistics import Number, exact
from dtlens.report.claims.evidence import Study, table
from dtlens.report.claims.judge import Claim, Shared

LAST = 2000
NEAR = 0.125  # of a reward-to-go, as bins of data count
PILES = {"-1": (-1.0, -1.0), "0": (0.0, 0.0), "0.8 to 1": (0.8, 1.0)}


def facts(study: Study, arm: str) -> dict[str, Number]:
    """The least share of a run's recorded steps for which a fact of the environment holds."""
    found = {}
    for run in study.runs(arm):
        least = table(f"agents/{run}/facts").nsmallest(1, "measured").iloc[0]
        found[run] = exact(float(least["measured"]), int(least["n"]), "steps")
    return found


def success(study: Study, arm: str) -> dict[str, Number]:
    """Each run's share of its last 2,000 episodes that reach the goal."""
    return {run: final_success(table(f"agents/{run}/learning_curve")) for run in study.runs(arm)}


def final_success(curve: pd.DataFrame) -> Number:
    """Over the last updates of a learning curve that hold at least `LAST` episodes together."""
    from_end = curve["episodes"][::-1].cumsum()[::-1]
    last = curve[from_end.shift(-1, fill_value=0) < LAST]
    episodes = int(last["episodes"].sum())
    value = float((last["success"] * last["episodes"]).sum() / episodes)
    return Number(value, *wilson(round(value * episodes), episodes), episodes, "episodes")


def pile(study: Study, arm: str, low: float, high: float) -> dict[str, Number]:
    """Each run's share of episodes, or of steps if that is less, at returns from low to high."""
    found = {}
    for run in study.runs(arm):
        bins = table(f"agents/{run}/rtg_histogram")
        inside = ((bins["low"] + bins["high"]) / 2).round(6).between(low, high)
        share = bins.loc[inside, ["episodes", "steps"]].sum().min()
        found[run] = exact(float(share), 1, "run")
    return found


def forward_in_data(study: Study, arm: str, rtg: float, front: str) -> float:
    """How often the arm's training data goes forward there, at rewards-to-go about `rtg`; not a
    number where it never is there, or is unknown."""
    tables = [table(f"agents/{run}/decisions") for run in study.runs(arm)]
    if not tables:
        return np.nan
    rows = pd.concat(tables)
    about = rows[(rows["low"] > rtg - NEAR) & (rows["high"] < rtg + NEAR)]
    there = about[(about["front"] == front) & (about["steps"] > 0)]
    return float(np.average(there["forward"], weights=there["steps"])) if len(there) else np.nan


CLAIMS = [
    Claim(
        1,
        "The environment is as described",
        "described in words",
        "game",
        [Shared("least share of steps for which a fact holds", facts, above=0.999999)],
        check=True,
    ),
    Claim(
        2,
        "PPO solves the task",
        "learning curve",
        "learning_curve",
        [Shared("success in the last 2,000 episodes of a run", success, above=0.95)],
        check=True,
    ),
    Claim(
        3,
        "Training reward-to-go piles up at -1, 0 and 0.8 to 1; none between -1 and 0",
        "figure 4",
        "rtg_histogram",
        [
            *(
                Shared(
                    f"share of episodes and of steps at {name}, the lesser",
                    partial(pile, low=low, high=high),
                    above=0.05,
                )
                for name, (low, high) in PILES.items()
            ),
            Shared("share between -1 and 0", partial(pile, low=-0.951, high=-0.049), below=0.001),
        ],
    ),
]
