"""The headline numbers, each with its 95% interval, drawn from the result tables."""

import json
from pathlib import Path
from typing import Any

from dtlens.base.stage import run

import numpy as np
import pandas as pd

from dtlens.agents.settings import Agents
from dtlens.base.files import atomic_write, read_csv
from dtlens.base.settings import load
from dtlens.behaviour.settings import Behaviour
from dtlens.play.settings import Calibration
from dtlens.stats import wilson
from dtlens.summaries.seeds import over_seeds
from dtlens.sweeps import OfStudysCell
from dtlens.task.dynamic_obstacles import MAIN_REFUSAL, REFUSALS

FINAL_EPISODES = 2000
# What a value of the table of behaviours is called here, by its evidence.
EVIDENCE = {
    "bank": "p_forward",
    "play": "episodes_ending_in",
    "sampled": "episodes_ending_in_when_sampled",
}


def ppo_metrics(curve: pd.DataFrame) -> dict[str, Any]:
    """Return and success over the last updates that hold at least 2,000 episodes between them."""
    from_end = curve["episodes"][::-1].cumsum()[::-1]
    last = curve[from_end.shift(-1, fill_value=0) < FINAL_EPISODES]
    episodes = int(last["episodes"].sum())
    share = last["episodes"] / episodes
    success = float((last["success"] * share).sum())
    low, high = wilson(round(success * episodes), episodes)
    return {
        "final_return": float((last["mean_return"] * share).sum()),
        "final_success": {"value": success, "low": low, "high": high},
        "final_episodes": episodes,
    }


def model_metrics(
    cell: pd.Series, behaviours: pd.DataFrame, ablation: pd.DataFrame
) -> dict[str, float]:
    """One Decision Transformer's numbers, each under its path in metrics.json, joined by "/".

    `cell` is its row in the table of seeds.
    """
    numbers = {
        "held_out_loss": cell["held_out_loss"],
        "held_out_accuracy": cell["held_out_accuracy"],
        "calibration_error": cell["error"],
        "calibration_error_on_data": cell["error_on_data"],
    }
    for rtg in behaviours["rtg"].unique():
        numbers[f"mean_return/rtg {rtg:g}"] = cell[f"return_at_{rtg:g}"]
    for _, row in behaviours.iterrows():
        kind = EVIDENCE[row["evidence"]]
        numbers[f"{kind}/rtg {row['rtg']:g}/{row['event']}"] = row["value"]
    return numbers | refusal(ablation, MAIN_REFUSAL)


def refusal(ablation: pd.DataFrame, name: str) -> dict[str, float]:
    """What the ablation (by the mean) of the one component that matters most to a refusal does.

    That is the component without which P(forward | what is refused), in placed scenes and at the
    target reward-to-go of the refusal, is greatest. Given are this probability, and the share of
    episodes that end by walking into it, whole and without the component.
    """
    front, end = REFUSALS[name]
    rows = ablation[
        (ablation["rtg"] == ablation["rtg"].agg({"low": "min", "high": "max"}[end]))
        & (ablation["event"] == front)
        & ablation["reference"].isin(["whole", "mean"])
    ].set_index(["evidence", "component"])["value"]
    edited = rows["bank"].drop("whole")
    if edited.empty:
        return {}
    return {
        f"{name}/{quantity}_{state}": float(rows[evidence, component])
        for evidence, quantity in (("bank", "p_forward"), ("play", "collisions"))
        for state, component in (("whole", "whole"), ("ablated", edited.idxmax()))
    }


def nest(summary: pd.DataFrame) -> dict[str, Any]:
    """The table of `over_seeds`, by encoding, as nested values: each a mean and its interval."""
    nested: dict[str, Any] = {}
    for _, row in summary.iterrows():
        section = nested.setdefault(row["encoding"], {"seeds": row["seeds"]})
        *path, last = row["measure"].split("/")
        for name in path:
            section = section.setdefault(name, {})
        section[last] = {"value": row["value"], "low": row["low"], "high": row["high"]}
    return nested


def grid_metrics(grid: pd.DataFrame, best: float) -> dict[str, int]:
    """How many cells are good agents (a return of at least 0.93 at the `best` target), and how
    many of these simulate bad agents too (an error on the data's target RTGs of at most 0.1)."""
    agents = grid[f"return_at_{best:g}"] >= 0.93
    simulators = agents & (grid["error_on_data"] <= 0.1)
    counts = {"cells": len(grid), "agents": agents.sum(), "simulators": simulators.sum()}
    return {name: int(count) for name, count in counts.items()}


RESULTS = Path("results")


def main() -> None:
    seeds, headline = read_csv(RESULTS / "seeds.csv"), load("headline", OfStudysCell)
    rows = []
    for _, cell in seeds[seeds["cell"].isin(headline.names)].iterrows():
        behaviours = read_csv(RESULTS / f"behaviours/{cell['cell']}.csv")
        ablation = read_csv(RESULTS / f"ablation/{cell['cell']}.csv")
        numbers = model_metrics(cell, behaviours, ablation)
        rows.append({"encoding": cell["encoding"], **numbers})
    models = pd.DataFrame(rows)
    generator = np.random.default_rng(load("calibration", Calibration).seed)
    names = [*models.columns.drop("encoding")]
    metrics = {
        "ppo": {
            name: ppo_metrics(read_csv(RESULTS / f"ppo/{name}.csv"))
            for name in load("agents", Agents).names
        },
        "headline": nest(over_seeds(models, ["encoding"], names, generator)),
        "grid": grid_metrics(read_csv(RESULTS / "grid.csv"), max(load("behaviour", Behaviour).rtg)),
    }
    with atomic_write(RESULTS / "metrics.json") as temporary:
        temporary.write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    run(main)
