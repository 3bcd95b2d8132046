"""Direct logit attribution of the preference (figure 3 of the study: forward over right).

The residual stream is a sum, and the logits are linear in it (there is no LayerNorm), so that
every component's part in a difference of two is its output times the preference direction, the
difference of two columns of the unembedding (Elhage et al., 2021).
"""

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.lens.preferences import MAIN, Preference, difference
from dtlens.analysis.scenes.pairs import Pairs
from dtlens.base.intervals import mean_intervals, ratio_interval
from dtlens.env.dynamic_obstacles import PREFERENCES
from dtlens.model.transformer import Windows, encode

CONTRASTS = ["rtg", "front", "component", "value", "low", "high"]
CONTRASTS += ["share", "share_low", "share_high", "n"]


@torch.no_grad()
def contributions(
    hooked: HookedDecisionTransformer,
    windows: Windows,
    preferred: Preference = PREFERENCES[MAIN],
) -> dict[str, Float[Tensor, " batch"]]:
    """Each component's part in a preference at the last state token; they sum to it: to the logit
    of one action less that of another, or to the first alone.

    Components: state, time, position (the token's embeddings), L0H0 ... (heads), L0MLP ...
    (MLPs), and the biases b_O (all layers'), b_out (all layers') and b_U.
    """
    _, cache = hooked.run_with_cache(windows)
    stack, labels = cache.get_full_resid_decomposition(
        expand_neurons=False, pos_slice=-1, return_labels=True
    )
    parts = dict(zip(labels, stack, strict=True))
    model, bridge = hooked.model, hooked.bridge
    named = {
        "state": encode(windows.observation[:, -1], model.cell.encoding).to(stack.dtype)
        @ model.W_state,
        "time": model.W_time[windows.time[:, -1]],
        "position": parts["pos_embed"],
    }
    for layer in range(model.cell.layers):
        for head in range(model.cell.heads):
            named[f"L{layer}H{head}"] = parts[f"L{layer}H{head}"]
        named[f"L{layer}MLP"] = parts[f"{layer}_mlp_out"] - bridge.b_out[layer]
    if model.cell.layers:
        named |= {"b_O": parts["bias"], "b_out": bridge.b_out.sum(0).expand_as(stack[0])}
    stacked, (towards, against) = torch.stack(list(named.values())), preferred
    attributed = cache.logit_attrs(stacked, towards, against, pos_slice=-1)
    constant = difference(bridge.b_U, preferred)
    return dict(zip(named, attributed, strict=True)) | {"b_U": constant.expand_as(attributed[0])}


def with_whole(parts: dict[str, Float[Tensor, " batch"]]) -> pd.DataFrame:
    """The parts as columns, and "whole", their sum."""
    table = pd.DataFrame({name: part.cpu() for name, part in parts.items()})
    return table.assign(whole=table.sum(axis=1))


def attribute(
    hooked: HookedDecisionTransformer,
    windows: dict[float, Windows],
    fronts: "pd.Series[str]",
    seed: int,
) -> pd.DataFrame:
    """Mean contribution of each component over the scenes of each front object, per RTG.

    Columns: rtg, front, component (with "whole", their sum), value, low,
    high (95% bootstrap interval over scenes), n.
    """
    precise = hooked.in_double()  # parts far larger than their sum cancel
    generator = np.random.default_rng(seed)
    rows = []
    for rtg, shown in windows.items():
        table = with_whole(contributions(precise, shown))
        for front, group in table.groupby(fronts, sort=False):
            low, high = mean_intervals(group.to_numpy(), generator)
            for row in zip(group.columns, group.mean(), low, high, strict=True):
                rows.append((rtg, front, *row, len(group)))
    columns = ["rtg", "front", "component", "value", "low", "high", "n"]
    return pd.DataFrame(rows, columns=columns)


def contrast(hooked: HookedDecisionTransformer, sets: list[Pairs], seed: int) -> pd.DataFrame:
    """What the object in front does to each component's contribution, all else equal.

    Of the sets of `make_pairs`, those of kind "front" are looked at: a scene less the same scene
    with the front cell emptied. Columns: rtg, front, component (with "whole", their sum); value,
    low, high (mean difference over the pairs, 95% bootstrap interval); share, share_low, share_high
    (the mean's share of the whole's); n.
    """
    precise, generator, tables = hooked.in_double(), np.random.default_rng(seed), []
    for pairs in (pairs for pairs in sets if pairs.kind == "front"):
        clean, corrupted = (
            with_whole(contributions(precise, windows))
            for windows in (pairs.clean, pairs.corrupted)
        )
        for front, group in (clean - corrupted).groupby(pairs.front, sort=False):
            values, mean = group.to_numpy(), group.mean()
            low, high = mean_intervals(values, generator)
            share_low, share_high = ratio_interval(values, values[:, -1:], generator)
            columns = {"value": mean, "low": low, "high": high, "share": mean / mean.iloc[-1]}
            table = pd.DataFrame(columns).rename_axis("component").reset_index()
            table = table.assign(share_low=share_low, share_high=share_high, n=len(group))
            tables.append(table.assign(rtg=pairs.rtg, front=front))
    return pd.concat(tables, ignore_index=True)[CONTRASTS]
