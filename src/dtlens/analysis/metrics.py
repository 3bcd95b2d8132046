"""The headline numbers, each with its 95% interval, drawn from the result tables."""

from typing import Any

import numpy as np
import pandas as pd

from dtlens.analysis.calibration_error import calibration_error, held_rtg
from dtlens.stats import mean_interval, wilson

FINAL_EPISODES = 2000


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
    histogram: pd.DataFrame,
    training: pd.DataFrame,
    calibration: pd.DataFrame,
    behaviours: pd.DataFrame,
    ablation: pd.DataFrame,
) -> dict[tuple[str, ...], float]:
    """One Decision Transformer's numbers, each under the path it has in metrics.json.

    The second calibration error is over the requests that the training data holds: those whose
    bin of the reward-to-go `histogram` has at least 1% of the steps.
    """
    held = calibration[calibration["rtg"].isin(held_rtg(histogram))]
    asked = calibration[calibration["rtg"].isin(behaviours["rtg"])]
    numbers: dict[tuple[str, ...], float] = {
        ("held_out_loss",): training["held_out_loss"].iloc[-1],
        ("held_out_accuracy",): training["held_out_accuracy"].iloc[-1],
        ("calibration_error",): calibration_error(calibration),
        ("calibration_error_on_data",): calibration_error(held),
    }
    for _, row in asked.iterrows():
        numbers["mean_return", f"rtg {row['rtg']:g}"] = row["mean_return"]
    for _, row in behaviours.iterrows():
        kind = {"play": "episodes_ending_in", "bank": "p_forward"}[row["evidence"]]
        numbers[kind, f"rtg {row['rtg']:g}", row["event"]] = row["value"]
    return numbers | obstacle_refusal(ablation)


def obstacle_refusal(ablation: pd.DataFrame) -> dict[tuple[str, ...], float]:
    """What the ablation (by the mean) of the one component that matters most does.

    That is the component without which P(forward | obstacle), in placed scenes and at the highest
    reward-to-go asked for, is greatest. Given are this probability, and the share of
    episodes that end in an obstacle, whole and without it.
    """
    rows = ablation[
        (ablation["rtg"] == ablation["rtg"].max())
        & (ablation["event"] == "obstacle")
        & ablation["reference"].isin(["none", "mean"])
    ].set_index(["evidence", "component"])["value"]
    edited = rows["bank"].drop("none")
    if edited.empty:
        return {}
    return {
        ("obstacle_refusal", f"{quantity}_{state}"): float(rows[evidence, component])
        for evidence, quantity in (("bank", "p_forward"), ("play", "collisions"))
        for state, component in (("whole", "none"), ("ablated", edited.idxmax()))
    }


def over_seeds(
    models: list[dict[tuple[str, ...], float]], generator: np.random.Generator
) -> dict[str, Any]:
    """The models' numbers, nested by their paths: the mean and its 95% interval over models."""
    nested: dict[str, Any] = {"seeds": len(models)}
    for path in models[0]:
        values = np.array([model[path] for model in models])
        low, high = mean_interval(values, generator)
        section = nested
        for name in path[:-1]:
            section = section.setdefault(name, {})
        section[path[-1]] = {"value": float(values.mean()), "low": low, "high": high}
    return nested


def grid_metrics(grid: pd.DataFrame, best: float) -> dict[str, int]:
    """How many cells are good agents (a return of at least 0.93 at the `best` request), and how
    many of these simulate bad agents too (calibration error on the data's requests at most 0.1)."""
    agents = grid[f"return_at_{best:g}"] >= 0.93
    simulators = agents & (grid["error_on_data"] <= 0.1)
    counts = {"cells": len(grid), "agents": agents.sum(), "simulators": simulators.sum()}
    return {name: int(count) for name, count in counts.items()}
