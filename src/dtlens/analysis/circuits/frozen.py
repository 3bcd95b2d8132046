"""How much of what a model does hangs on attention moving from scene to scene."""

from collections.abc import Callable

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.base.intervals import wilson
from dtlens.model.transformer import Windows


def _frozen(
    mean: Float[Tensor, "head query key"],
) -> Callable[[Float[Tensor, "batch head query key"], object], Tensor]:
    return lambda pattern, hook: mean.expand_as(pattern)


@torch.no_grad()
def freeze_attention(
    hooked: HookedDecisionTransformer, windows: dict[float, Windows]
) -> pd.DataFrame:
    """Whether the likeliest action stays when every head attends as it does on average.

    Each head's pattern is set to its mean over the scenes at that reward-to-go, so that attention
    is a constant. Columns: rtg; value, low, high (share of scenes whose likeliest action stays,
    Wilson's 95% interval); n (scenes).
    """
    rows = []
    for rtg, shown in windows.items():
        logits, cache = hooked.run_with_cache(shown)
        names = [f"blocks.{layer}.attn.hook_pattern" for layer in range(hooked.model.cell.layers)]
        with hooked.hooks([(name, _frozen(cache[name].mean(0))) for name in names]):
            frozen = hooked(shown)
        stays = frozen[:, -1].argmax(-1) == logits[:, -1].argmax(-1)
        kept, scenes = int(stays.sum()), len(stays)
        rows.append((rtg, kept / scenes, *wilson(kept, scenes), scenes))
    return pd.DataFrame(rows, columns=["rtg", "value", "low", "high", "n"])
