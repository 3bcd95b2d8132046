"""Attention to the RTG token, by what is in front of the agent.

Balanced scenes with different objects in front differ elsewhere too. Here each scene is set against
itself with the front cell emptied, so that the object alone makes the difference (claim 19).
"""

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from dtlens.analysis.circuits.terms import KEY, QUERY, score_terms
from dtlens.analysis.lens.components import head_names
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.scenes.pairs import Pairs
from dtlens.base.intervals import mean_intervals
from dtlens.model.transformer import Windows

COLUMNS = ["rtg", "front", "measure", "head", "value", "change", "change_low", "change_high", "n"]


@torch.no_grad()
def attention_by_front(
    hooked: HookedDecisionTransformer, sets: list[Pairs], seed: int
) -> pd.DataFrame:
    """How the object in front moves each head's attention from the state to the RTG token.

    Of the sets of `make_pairs`, those of kind "front" are looked at. Columns: rtg, front; measure,
    head (see `measures`); value (mean over the scenes as they are); change (from the same scenes
    with the front cell emptied), change_low, change_high (95% bootstrap interval over scenes); n.
    """
    if not hooked.model.cell.layers:
        return pd.DataFrame(columns=COLUMNS)
    generator, tables = np.random.default_rng(seed), []
    for pairs in (pairs for pairs in sets if pairs.kind == "front"):
        clean, corrupted = (measures(hooked, w) for w in (pairs.clean, pairs.corrupted))
        changes = clean - corrupted
        for front, change in changes.groupby(pairs.front, sort=False):
            low, high = mean_intervals(change.to_numpy(), generator)
            columns = {"value": clean.loc[change.index].mean(), "change": change.mean()}
            table = pd.DataFrame(columns).assign(change_low=low, change_high=high, n=len(change))
            tables.append(table.reset_index().assign(rtg=pairs.rtg, front=front))
    return pd.concat(tables, ignore_index=True)[COLUMNS]


def measures(hooked: HookedDecisionTransformer, windows: Windows) -> pd.DataFrame:
    """Windows of one timestep by measure and head, at the state token; a row a window.

    `circuit`, of the first layer's heads: the part of the score that the state's query has with the
    RTG's key, by the QK circuit's weights alone; `score`: all of the RTG token's, less the state
    token's own; `attention` to the RTG token, the score's sigmoid.
    """
    cell, score = hooked.model.cell, scores(hooked, windows)
    circuit = score_terms(hooked, windows)[:, :, QUERY.index("state"), KEY.index("rtg")]
    heads = head_names(cell)
    columns = [("circuit", head) for head in heads[: cell.heads]]
    columns += [(measure, head) for measure in ("score", "attention") for head in heads]
    return pd.DataFrame(
        torch.cat([circuit, score, score.sigmoid()], dim=1).cpu().numpy(),
        columns=pd.MultiIndex.from_tuples(columns, names=["measure", "head"]),
    )


def scores(
    hooked: HookedDecisionTransformer, windows: Windows
) -> Float[Tensor, "window layer_head"]:
    """The state token's score of the RTG token less that of itself, heads layer by layer."""
    cache = hooked.run_with_cache(windows)[1]
    # From q and k: TransformerLens' hook_attn_scores holds the pattern, whose logarithm underflows.
    by_layer = []
    for layer in range(hooked.model.cell.layers):
        q, k = cache["q", layer], cache["k", layer]
        by_layer.append((q[:, 1] * (k[:, 0] - k[:, 1])).sum(-1) / q.shape[-1] ** 0.5)
    return torch.cat(by_layer, dim=1)
