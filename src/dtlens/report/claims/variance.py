"""Where models of one arm differ: between runs of the agent, between seeds, within a model."""

import pandas as pd

from dtlens.base.statistics import variance_components


def variance(measures: pd.DataFrame) -> pd.DataFrame:
    """Columns: claim, measure, reference, arm, between_runs, between_seeds, within_model
    (variances), n (models)."""
    keys = ["claim", "measure", "reference", "arm"]
    of_models = measures[measures["run"].notna() & measures["value"].notna()]
    rows = [
        dict(zip(keys, key, strict=True)) | variance_components(group) | {"n": len(group)}
        for key, group in of_models.groupby(keys, sort=False)
        if len(group) > 1
    ]
    return pd.DataFrame(rows)
