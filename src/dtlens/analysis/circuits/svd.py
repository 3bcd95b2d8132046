"""Singular value decompositions of the heads' QK and OV circuits."""

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from scipy.stats import entropy
from torch import Tensor
from torch.nn.functional import cosine_similarity

from dtlens.analysis.lens.components import head_names
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.lens.preferences import preference_directions
from dtlens.analysis.lens.tidy import tidy

COLUMNS = ["circuit", "head", "rank", "value", "effective_rank", "rtg", "F-R", "R-L"]


@torch.no_grad()
def singular_values(hooked: HookedDecisionTransformer) -> pd.DataFrame:
    """Every singular value of W_Q W_K^T / sqrt(d_head) and of W_V W_O, for the heads of all layers.

    Columns: circuit (QK, OV), head, rank (1 for the largest), value; effective_rank, of the whole
    circuit: the exponential of the entropy of its normalised singular values (Roy and Vetterli,
    2007); and cosines without sign, as singular directions have none: rtg, of the RTG embedding
    with what OV reads and with QK's keys; F-R and R-L, with what OV writes.
    """
    model, bridge = hooked.model, hooked.bridge
    if not model.cell.layers:
        return pd.DataFrame(columns=COLUMNS)
    tables = []
    for circuit, matrix in {"QK": bridge.QK * bridge.cfg.d_head**-0.5, "OV": bridge.OV}.items():
        left, values, right = matrix.svd()
        ranks = range(1, values.shape[-1] + 1)
        table = tidy(
            {"circuit": [circuit], "head": head_names(model.cell), "rank": ranks}, value=values
        )
        effective = np.exp(entropy(values.cpu().numpy(), axis=-1))
        table["effective_rank"] = effective.repeat(len(ranks))
        table["rtg"] = _alignment(right if circuit == "QK" else left, model.W_rtg)
        if circuit == "OV":
            for name, direction in preference_directions(model).items():
                table[name] = _alignment(right, direction)
        tables.append(table)
    return pd.concat(tables, ignore_index=True).reindex(columns=COLUMNS)


def _alignment(
    vectors: Float[Tensor, "layer head d rank"], direction: Float[Tensor, " d"]
) -> Float[np.ndarray, " layer_head_rank"]:
    cosine = cosine_similarity(vectors, direction[:, None], dim=-2)
    return cosine.abs().flatten().cpu().numpy()
