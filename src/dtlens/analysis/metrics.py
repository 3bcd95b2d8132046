"""The headline numbers, each with its 95% interval, drawn from the result tables."""

from typing import Any

import numpy as np
import pandas as pd

from dtlens.stats import wilson

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
) -> dict[str, Any]:
    """One Decision Transformer's numbers: fit, calibration, behaviours, strongest ablation.

    The second calibration error is over the requests that the training data holds: those whose
    bin of the reward-to-go `histogram` has at least 1% of the steps.
    """
    last = training.iloc[-1]
    held = histogram[histogram["steps"] >= 0.01]
    held_rtg = ((held["low"] + held["high"]) / 2).round(6).to_numpy()
    asked = calibration[calibration["rtg"].isin(behaviours["rtg"])]
    play = behaviours[behaviours["evidence"] == "play"]
    bank = behaviours[behaviours["evidence"] == "bank"]
    return {
        "training": {
            name: float(last[name]) for name in ("loss", "held_out_loss", "held_out_accuracy")
        },
        "calibration": {
            "error": calibration_error(calibration),
            "error_on_data": calibration_error(calibration, held_rtg),
            "mean_return": {
                f"rtg {row['rtg']:g}": interval(row, "mean_return") for _, row in asked.iterrows()
            },
        },
        "play": _by_rtg_and_event(play),
        "p_forward": _by_rtg_and_event(bank),
        "obstacle_refusal": obstacle_refusal(ablation),
    }


def interval(row: "pd.Series[float]", name: str = "value") -> dict[str, float]:
    return {"value": float(row[name]), "low": float(row["low"]), "high": float(row["high"])}


def _by_rtg_and_event(table: pd.DataFrame) -> dict[str, Any]:
    return {
        f"rtg {rtg:g}": {row["event"]: interval(row) for _, row in rows.iterrows()}
        for rtg, rows in table.groupby("rtg")
    }


def obstacle_refusal(ablation: pd.DataFrame) -> dict[str, Any]:
    """The component whose mean ablation makes the model walk into obstacles most.

    Judged by P(forward | obstacle) in placed scenes at the highest reward-to-go asked for; with
    it the share of episodes that end in an obstacle, both for the whole model and without it.
    """
    rows = ablation[
        (ablation["rtg"] == ablation["rtg"].max())
        & (ablation["event"] == "obstacle")
        & ablation["reference"].isin(["none", "mean"])
    ].set_index(["evidence", "component"])
    edited = rows.loc["bank"].drop("none")
    if edited.empty:
        return {}
    top = str(edited["value"].idxmax())
    return {
        "component": top,
        **{
            f"{quantity}_{state}": interval(rows.loc[evidence, component])
            for evidence, quantity in (("bank", "p_forward"), ("play", "collisions"))
            for state, component in (("whole", "none"), ("ablated", top))
        },
    }


def calibration_error(table: pd.DataFrame, rtg: np.ndarray | None = None) -> float:
    """Root mean square of (mean return - reward-to-go), over all rows or those at `rtg`."""
    if rtg is not None:
        table = table[np.isin(table["rtg"], rtg)]
    return float(np.sqrt(((table["mean_return"] - table["rtg"]) ** 2).mean()))
