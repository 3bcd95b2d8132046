"""What the embeddings of the reward-to-go and of time hold of the preference for an action.

The state token's time embedding is in the residual stream that the logits read. The RTG token is
not: its embedding reaches the action only through the heads. Its own projection says how the two
spaces lie, as the study has it; that of what a head moves of it, what the head adds.
"""

import numpy as np
import pandas as pd
import torch
from jaxtyping import Num

from dtlens.analysis.lens.components import head_names
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.lens.preferences import preference_directions, random_directions
from dtlens.model.transformer import DecisionTransformer


@torch.no_grad()
def rtg_projections(hooked: HookedDecisionTransformer, samples: int, seed: int) -> pd.DataFrame:
    """The RTG embedding on each preference direction, in logits per unit of reward-to-go.

    Columns: through ("": as it is; or the head whose W_V W_O it has passed, as if the head attended
    to the RTG token alone), onto, value; and where it is as it is cosine, null_low and null_high
    (the central 95% of its products with `samples` random directions of the same norm), p (the
    share of these that are at least as large in size, the value itself counted among them).
    """
    model = hooked.model
    rows: list[tuple[object, ...]] = []
    for onto, direction in preference_directions(model).items():
        value = model.W_rtg @ direction
        null = random_directions(direction, samples, seed) @ model.W_rtg
        low, high = null.quantile(torch.tensor([0.025, 0.975]).to(null)).tolist()
        cosine = value / (model.W_rtg.norm() * direction.norm())
        p = (1 + int((null.abs() >= value.abs()).sum())) / (1 + samples)
        rows.append(("", onto, value.item(), cosine.item(), low, high, p))
        if heads := head_names(model.cell):
            moved = model.W_rtg @ (hooked.bridge.OV @ direction[:, None]).AB
            values = zip(heads, moved.flatten().tolist(), strict=True)
            rows += [(head, onto, value, *[np.nan] * 4) for head, value in values]
    columns = ["through", "onto", "value", "cosine", "null_low", "null_high", "p"]
    return pd.DataFrame(rows, columns=columns)


@torch.no_grad()
def time_projections(
    model: DecisionTransformer, steps: Num[np.ndarray, " max_steps"]
) -> pd.DataFrame:
    """The time embedding on each preference direction, in logits, at every t.

    `steps` counts the training steps at each t: where there are few, the embedding is little more
    than its initialisation. Columns: t, onto, value, share (of all training steps).
    """
    tables = [
        pd.DataFrame({"onto": onto, "value": (model.W_time @ direction).cpu()})
        .rename_axis("t")
        .reset_index()
        .assign(share=steps / steps.sum())
        for onto, direction in preference_directions(model).items()
    ]
    return pd.concat(tables, ignore_index=True)
