"""Composition scores: how much of what one component writes the weights of another read.

||A B|| / (||A|| ||B||), Frobenius norms, A what the sender writes and B what the receiver reads
(Elhage et al., 2021): the OV circuit of a head or the W_out of an MLP, against the QK circuit (Q,
K) or OV circuit (V) of a later head, or the W_in of an MLP that comes after.
"""

from itertools import product

import pandas as pd
import torch
from transformer_lens import FactoredMatrix
from transformer_lens.utilities.matrix import composition_scores

from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer, reinitialised

COLUMNS = ["sender", "receiver", "path", "value", "null", "low", "high", "n"]


@torch.no_grad()
def scores(hooked: HookedDecisionTransformer) -> pd.Series:
    """The score of each sender, receiver and path ("Q", "K", "V", "MLP")."""
    bridge, cell = hooked.bridge, hooked.model.cell
    hidden, layers = torch.eye(2 * cell.width).to(bridge.W_in), range(cell.layers)
    # With each its place in the order of computation: a layer's MLP is at its half.
    writes: dict[str, tuple[float, FactoredMatrix]] = {}
    reads: dict[tuple[str, str], tuple[float, FactoredMatrix]] = {}
    for layer, head in product(layers, range(cell.heads)):
        qk, ov, name = bridge.QK[layer, head], bridge.OV[layer, head], f"L{layer}H{head}"
        writes[name] = (layer, ov)
        reads |= {(name, path): (layer, m) for path, m in (("Q", qk), ("K", qk.T), ("V", ov))}
    for layer in layers:
        name = f"L{layer}MLP"
        writes[name] = (layer + 0.5, FactoredMatrix(hidden, bridge.W_out[layer]))
        reads[name, "MLP"] = (layer + 0.5, FactoredMatrix(bridge.W_in[layer], hidden))
    return pd.Series(
        {
            (sender, receiver, path): float(composition_scores(written, read))
            for (sender, (after, written)), ((receiver, path), (before, read)) in product(
                writes.items(), reads.items()
            )
            if after < before
        }
    )


def compose(hooked: HookedDecisionTransformer, nulls: int) -> pd.DataFrame:
    """Every composition score, beside those of `nulls` untrained models of other seeds.

    Columns: sender, receiver, path (see `scores`); value; null (the untrained models' mean), low,
    high (their 2.5% and 97.5% quantiles); n (untrained models). In one layer the heads' own MLP is
    the only receiver; without layers there are no rows.
    """
    if not hooked.model.cell.layers:
        return pd.DataFrame(columns=COLUMNS)
    null = pd.concat(
        [
            scores(HookedDecisionTransformer(reinitialised(hooked.model, later)))
            for later in range(1, nulls + 1)
        ],
        axis=1,
    )
    table = pd.DataFrame(
        {
            "value": scores(hooked),
            "null": null.mean(axis=1),
            "low": null.quantile(0.025, axis=1),
            "high": null.quantile(0.975, axis=1),
        }
    )
    return table.rename_axis(COLUMNS[:3]).reset_index().assign(n=nulls)
