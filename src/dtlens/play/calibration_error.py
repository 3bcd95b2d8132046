"""The calibration error: how far returns are from the target."""

import numpy as np
import pandas as pd
from jaxtyping import Float


def calibration_error(table: pd.DataFrame) -> float:
    """Root mean square of (mean return - reward-to-go) over the rows of a calibration table."""
    return float(np.sqrt(((table["mean_return"] - table["rtg"]) ** 2).mean()))


def held_rtg(histogram: pd.DataFrame) -> Float[np.ndarray, " target_rtg"]:
    """The targets that the training data holds: centres of bins with at least 1% of the steps."""
    held = histogram[histogram["steps"] >= 0.01]
    return ((held["low"] + held["high"]) / 2).round(6).to_numpy()
