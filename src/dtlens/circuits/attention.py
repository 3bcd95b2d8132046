"""Attention to the RTG token with one object after another put in front of the agent.

Balanced scenes with different objects in front differ elsewhere too. Here the same scenes are
edited in one cell, so that the object alone makes the difference (claim 19, figure 16).
"""

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from dtlens.circuits.terms import head_names
from dtlens.lens.hooked_model import HookedDecisionTransformer
from dtlens.lens.tidy import Axes, tidy
from dtlens.minigrid import FRONT
from dtlens.model.transformer import Windows
from dtlens.stats import mean_intervals
from dtlens.task.dynamic_obstacles import CONTENTS

MEASURES = ["attention", "score"]
COLUMNS = ["rtg", "object", "measure", "head", "value", "low", "high"]
COLUMNS += ["change", "change_low", "change_high", "n"]


@torch.no_grad()
def attention_by_front(
    hooked: HookedDecisionTransformer,
    windows: dict[float, Windows],
    fronts: "pd.Series[str]",
    seed: int,
) -> pd.DataFrame:
    """Means over the scenes with nothing in front, into which each object is put; all layers.

    Columns: rtg, object, measure, head, value, low, high, change (from `empty`, in the same
    scenes), change_low, change_high (95% bootstrap intervals over scenes), n. Measures:
    `attention` of the state token to the RTG token; `score`, the logarithm of its ratio to that to
    the state token itself.
    """
    if not hooked.model.cell.layers:
        return pd.DataFrame(columns=COLUMNS)
    generator, tables = np.random.default_rng(seed), []
    open_front = torch.tensor((fronts == "empty").to_numpy())
    for rtg, shown in windows.items():
        shown = Windows(*(column[open_front] for column in shown))
        seen = []
        for content in CONTENTS.values():
            edited = shown.observation.clone()
            edited[:, :, *FRONT] = edited.new_tensor(content)
            seen.append(attention_to_rtg(hooked, shown._replace(observation=edited)))
        values = torch.stack(seen, dim=1)
        # CONTENTS begins with `empty`, from which changes are counted.
        both = torch.stack([values, values - values[:, :1]], dim=1).flatten(2)
        interval = mean_intervals(both.flatten(1).cpu().numpy(), generator)
        (low, change_low), (high, change_high) = (end.reshape(2, -1) for end in interval)
        value, change = both.mean(0)
        axes: Axes = {"rtg": [rtg], "object": CONTENTS, "measure": MEASURES}
        axes["head"] = head_names(hooked.model.cell)
        table = tidy(axes, value=value, low=low, high=high, change=change)
        tables.append(
            table.assign(change_low=change_low, change_high=change_high, n=len(shown.rtg))
        )
    return pd.concat(tables, ignore_index=True)


def attention_to_rtg(
    hooked: HookedDecisionTransformer, windows: Windows
) -> Float[Tensor, "batch measure layer_head"]:
    """`MEASURES` at the state token of windows of one timestep, heads layer by layer."""
    cache = hooked.run_with_cache(windows)[1]
    # From q and k: TransformerLens' hook_attn_scores holds the pattern, whose logarithm underflows.
    scores = []
    for layer in range(hooked.model.cell.layers):
        q, k = cache["q", layer], cache["k", layer]
        scores.append((q[:, 1] * (k[:, 0] - k[:, 1])).sum(-1) / q.shape[-1] ** 0.5)
    score = torch.cat(scores, dim=1)
    return torch.stack([score.sigmoid(), score], dim=1)
