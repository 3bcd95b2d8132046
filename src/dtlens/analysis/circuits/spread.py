"""Whether the state embedding reads the preference off the front cell or off all of the view."""

import numpy as np
import pandas as pd
import torch

from dtlens.analysis.circuits.maps import by_cell
from dtlens.analysis.lens.hooked_model import reinitialised
from dtlens.analysis.lens.preferences import preference
from dtlens.env.minigrid import FRONT
from dtlens.model.transformer import DecisionTransformer, Windows, encode


def off_front(model: DecisionTransformer, windows: Windows) -> float:
    """Share of the variance over windows of one timestep, summed over the cells of the view, of
    what the state embedding adds to the main preference, that is not the front cell's."""
    inputs = encode(windows.observation[:, 0], model.cell.encoding).to(model.W_state)
    variance = by_cell(inputs * (model.W_state @ preference(model.W_U))).sum(-1).var(0)
    return 1 - float(variance[FRONT] / variance.sum())


@torch.no_grad()
def spread(model: DecisionTransformer, windows: Windows, nulls: int) -> pd.DataFrame:
    """One row: `off_front` of the model (value), the mean of it over `nulls` untrained models of
    other seeds (null), their ratio, ratio_low, ratio_high (the 2.5% and 97.5% quantiles of the
    ratios to each untrained model); n (untrained models).
    """
    value = off_front(model, windows)
    by_chance = np.array(
        [off_front(reinitialised(model, later), windows) for later in range(1, nulls + 1)]
    )
    low, high = np.quantile(value / by_chance, [0.025, 0.975])
    null = by_chance.mean()
    row = {"value": value, "null": null, "ratio": value / null, "ratio_low": low}
    return pd.DataFrame([row | {"ratio_high": high, "n": nulls}])
