"""What training runs that differ in their seed have in common, and how far they spread."""

import numpy as np
import pandas as pd

from dtlens.stats import mean_interval


def over_seeds(
    cells: pd.DataFrame, by: list[str], names: list[str], generator: np.random.Generator
) -> pd.DataFrame:
    """Mean of each named column over the seeds of each group, with its 95% bootstrap interval.

    Columns: those of `by`, measure, value, low, high, seeds.
    """
    rows = []
    for group, members in cells.groupby(by, sort=False):
        for measure in names:
            values = members[measure].to_numpy()
            low, high = mean_interval(values, generator)
            rows.append((*group, measure, values.mean(), low, high, len(values)))
    return pd.DataFrame(rows, columns=[*by, "measure", "value", "low", "high", "seeds"])
