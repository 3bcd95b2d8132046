"""The study's claims about its environment, agent and data, with the rules to judge them by."""

import numpy as np
import pandas as pd

from dtlens.claims.evidence import Results
from dtlens.claims.judge import Claim, Number, Shared
from dtlens.stats import mean_interval
from dtlens.summaries.metrics import ppo_metrics


def environment_facts(results: Results) -> Number:
    """The least share of recorded steps for which a fact of the environment holds."""
    facts = pd.concat(results.table(f"trajectories/{name}/facts") for name in results.agents)
    least = facts.nsmallest(1, "measured").iloc[0]
    value = float(least["measured"])
    return Number(value, value, value, int(least["n"]), "steps")


def agent_success(results: Results) -> Number:
    """Of the worst run."""
    found = min(
        (ppo_metrics(results.table(f"ppo/{name}")) for name in results.agents),
        key=lambda metrics: metrics["final_success"]["value"],
    )
    low, high = found["final_success"]["low"], found["final_success"]["high"]
    return Number(found["final_success"]["value"], low, high, found["final_episodes"], "episodes")


def episodes_with(results: Results, *ranges: tuple[float, float]) -> Number:
    """The share of training episodes whose return is in one of the (closed) ranges, over runs."""
    shares = []
    for name in results.agents:
        bins = results.table(f"trajectories/{name}/rtg_histogram")
        centre = ((bins["low"] + bins["high"]) / 2).round(6)
        inside = np.any([centre.between(low, high) for low, high in ranges], axis=0)
        shares.append(bins.loc[inside, "episodes"].sum())
    interval = mean_interval(np.array(shares), np.random.default_rng(0))
    return Number(float(np.mean(shares)), *interval, len(shares), "runs of the agent")


CLAIMS = [
    Claim(
        1,
        "The environment is as described",
        "described in words",
        "trajectories/",
        [Shared("least share of steps for which a fact holds", environment_facts, above=0.999999)],
    ),
    Claim(
        2,
        "PPO solves the task",
        "learning curve",
        "figures/learning_curve.png",
        [Shared("success of the last 2,000 episodes", agent_success, above=0.95)],
    ),
    Claim(
        3,
        "Training reward-to-go piles up at -1, 0 and 0.8-1; none between -1 and 0",
        "figure 4",
        "figures/rtg_histogram.png",
        [
            Shared(
                "episodes at -1, 0 or 0.8-1",
                lambda results: episodes_with(results, (-1, -1), (0, 0), (0.8, 1)),
                above=0.95,
            ),
            Shared(
                "episodes between -1 and 0",
                lambda results: episodes_with(results, (-0.95, -0.05)),
                below=0.001,
            ),
        ],
    ),
]
