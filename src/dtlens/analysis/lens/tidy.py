"""From tensors to a tidy table."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import torch
from torch import Tensor

Axes = dict[str, Iterable[str | float]]


def tidy(axes: Axes, **values: Tensor | np.ndarray) -> pd.DataFrame:
    """A row for each entry of the tensors, which have the same axes: their labels, then values.

    `axes` names the axes in order and labels their indices. Each of `values` becomes a column.
    """
    index = pd.MultiIndex.from_product(list(axes.values()), names=list(axes))
    columns = {name: torch.as_tensor(value).flatten().cpu() for name, value in values.items()}
    return pd.DataFrame(columns, index).reset_index()
