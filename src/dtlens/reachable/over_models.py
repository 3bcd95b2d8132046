"""From a value a model to a table of means over models."""

from collections.abc import Hashable, Iterable

import numpy as np
import pandas as pd

from dtlens.claims.statistics import MODELS, mean_over

# A row's labels, and a value of each model.
Values = Iterable[tuple[tuple[Hashable, ...], list[float]]]


def grouped(rows: pd.DataFrame, labels: list[str], value: str = "value") -> Values:
    """The values of all rows with the same labels; a model that has none of a value is left out."""
    for key, group in rows.groupby(labels, sort=False):
        yield key, group[value].dropna().tolist()


def over_models(values: Values, labels: list[str]) -> pd.DataFrame:
    """Student's interval over models of each row; columns: the labels, value, low, high, n."""
    rows = [(*key, *mean_over(np.array(row), MODELS)[:4]) for key, row in values]
    return pd.DataFrame(rows, columns=[*labels, "value", "low", "high", "n"])
