"""What is promised of our agents and models on any machine, and whether it is kept."""

import pandas as pd

from dtlens.env.dynamic_obstacles import HIGH, LOW, MIDDLE

SUCCESS = 0.98  # of an agent's last episodes
# Mean returns told each reward-to-go, as the study's model has them: between which bounds.
RETURNS = {LOW: (-1.05, -0.95), MIDDLE: (-0.15, 0.15), HIGH: (0.93, 1.0)}


def is_right(returns: dict[float, float]) -> bool:
    """Whether mean returns, by reward-to-go, are as promised."""
    return all(low <= returns[rtg] <= high for rtg, (low, high) in RETURNS.items())


def outside(success: dict[str, float], returns: dict[str, dict[float, float]]) -> list[str]:
    """A line for each agent and each model that is not as promised.

    `success` is by run of the agent; `returns` by model, by reward-to-go.
    """
    agents = [
        f"{run}: the agent reaches the goal in"
        f" {f'{share:.1%}' if share == share else 'too few'} of its last episodes,"
        f" promised {SUCCESS:.0%}"
        for run, share in success.items()
        if not share >= SUCCESS  # nor a run of too few episodes, whose share is no number
    ]
    models = [
        f"{name}: returns {', '.join(f'{found[rtg]:.2f} told {rtg:g}' for rtg in RETURNS)};"
        f" promised {', '.join(f'{low:g} to {high:g}' for low, high in RETURNS.values())}"
        for name, found in returns.items()
        if not is_right(found)
    ]
    return agents + models


def of_table(calibration: pd.DataFrame) -> dict[float, float]:
    """The returns that are promised, from a calibration table."""
    at = calibration.set_index("rtg")["mean_return"]
    return {rtg: float(at[rtg]) for rtg in RETURNS}
