"""The study's hunch about training, with the rule to judge it by."""

import numpy as np

from dtlens.claims.ablation import OBSTACLE_HEAD
from dtlens.claims.evidence import Results
from dtlens.claims.judge import Claim, Number, Shared
from dtlens.stats import mean_interval
from dtlens.task.dynamic_obstacles import HIGH


def moments(results: Results, measure: str, of: str, reaches: float) -> list[float]:
    """The step at which each run of training first has a measure of at least `reaches`."""
    steps = []
    for cell in results.over_time:
        table = results.table(f"over_time/{cell.name}")
        rows = table[(table["measure"] == measure) & (table["of"] == of)]
        reached = rows.loc[rows["value"] >= reaches, "step"]
        steps.append(float(reached.min()) if len(reached) else np.nan)
    return steps


def lag(results: Results) -> Number:
    """How many times longer it takes to be localised than to be performant, over runs."""
    skilled = np.array(moments(results, "return", f"{HIGH:g}", 0.9))
    localised = np.array(moments(results, "localisation", OBSTACLE_HEAD, 0.75))
    ratio = (localised / skilled)[~np.isnan(localised / skilled)]
    if not len(ratio):
        return Number(np.nan, np.nan, np.nan, len(skilled), "runs")
    interval = mean_interval(ratio, np.random.default_rng(0))
    return Number(float(ratio.mean()), *interval, len(ratio), "runs")


def decay_helps(results: Results) -> Number:
    """Final localisation with the strongest weight decay less that with the weakest, over seeds."""
    final: dict[int, dict[float, float]] = {}
    for cell in results.over_time:
        table = results.table(f"over_time/{cell.name}")
        last = table[(table["measure"] == "localisation") & (table["of"] == OBSTACLE_HEAD)]
        final.setdefault(cell.seed, {})[cell.weight_decay or 0.0] = float(last["value"].iloc[-1])
    gain = np.array([runs[max(runs)] - runs[min(runs)] for runs in final.values()])
    interval = mean_interval(gain, np.random.default_rng(0))
    return Number(float(gain.mean()), *interval, len(gain), "seeds")


CLAIMS = [
    Claim(
        26,
        "Performant long before interpretable; weight decay helps",
        "a hunch",
        "figures/over_time.png",
        [
            Shared("steps to a top share of 0.75 / steps to a return of 0.9", lag, above=2),
            Shared("gain of the top share by weight decay", decay_helps, above=0),
        ],
    ),
]
