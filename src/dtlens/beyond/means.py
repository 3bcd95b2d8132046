"""From a value a model to a table of means over models."""

from collections.abc import Hashable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from dtlens.base.files import read_csv
from dtlens.base.statistics import MODELS, mean_over
from dtlens.report.arms import cells_by_arm

# A row's labels, and a value of each model.
Values = Iterable[tuple[tuple[Hashable, ...], list[float]]]


def of_arms(path: str) -> pd.DataFrame:
    """The tables of every arm's models, one below the other, with a column `arm`.

    `path` is a table's in results/beyond, {} standing for the model's name.
    """
    return of_groups(path, {arm: [c.name for c in cells] for arm, cells in cells_by_arm().items()})


def of_groups(path: str, groups: dict[str, list[str]], label: str = "arm") -> pd.DataFrame:
    """The same of other groups of models, in the column `label`; a model's name is in `name`."""
    tables = [
        read_csv(Path("results/beyond", path.format(name))).assign(**{label: group}, name=name)
        for group, names in groups.items()
        for name in names
    ]
    return pd.concat(tables, ignore_index=True)


def over_models(values: Values, labels: list[str]) -> pd.DataFrame:
    """Student's interval over models of each row; columns: the labels, value, low, high, n."""
    rows = [(*key, *mean_over(np.array(row), MODELS)[:4]) for key, row in values]
    return pd.DataFrame(rows, columns=[*labels, "value", "low", "high", "n"])


def means(rows: pd.DataFrame, labels: list[str], value: str = "value") -> pd.DataFrame:
    """`over_models` of the values of rows with the same labels; a model that has none is left
    out."""
    groups = rows.groupby(labels, sort=False)[value]
    return over_models(((key, group.dropna().tolist()) for key, group in groups), labels)
