"""A scan over the target reward-to-go, in placed scenes (the study's figure 3, target by target).

Only the RTG token moves with the target: what hangs on the scene alone is computed once. The
model's own forward pass, which keeps what it computes, takes a quarter of a hooked one's time.
"""

from typing import cast

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from dtlens.analysis.lens.preferences import forward_probability, preference
from dtlens.base.intervals import resampling_weights
from dtlens.env.minigrid import Action
from dtlens.model.block import Block, by_head
from dtlens.model.transformer import (
    RTG_TOKEN,
    STATE_TOKEN,
    DecisionTransformer,
    Windows,
    encode,
    layout,
)

# Where a step's tokens are in `DecisionTransformer.tokens`, which sorts them by kind.
STATE, RTG = (layout(1)[0].tolist().index(token) for token in (STATE_TOKEN, RTG_TOKEN))
FORWARD = ["probability", "choice"]
Parts = dict[tuple[str, str], Float[Tensor, " scene"]]  # by measure and component


@torch.no_grad()
def scan(
    model: DecisionTransformer,
    windows: Windows,
    fronts: "pd.Series[str]",
    target_rtgs: list[float],
    seed: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What each reward-to-go does to the model, by the object in front, and when it turns it back.

    Of the windows, which are of one timestep, the reward-to-go is not looked at.

    The first table has the columns rtg, front, measure, component, value (mean over scenes).
    Measure "contribution" is a component's part in the main preference, named and summing to
    "whole" as in `attribution.contributions`; "attention" is each head's, from the state to the
    RTG; "probability" and "choice" are how likely component "forward" is, and how often likeliest.
    The second table is that of `avoidance_thresholds`.
    """
    at_zero = model.embed(windows._replace(rtg=torch.zeros_like(windows.rtg)))
    unmoved = _unmoved(model, windows)
    codes, names = pd.factorize(fronts)
    member = np.eye(len(names))[codes]
    means, forward = [], []
    for rtg in target_rtgs:
        tokens = at_zero.clone()
        tokens[RTG] += rtg * model.W_rtg
        parts = unmoved | _moved(model, tokens)
        values = torch.stack(list(parts.values()), 1).double().cpu().numpy()
        means.append(member.T @ values / member.sum(0)[:, None])
        forward.append([parts[measure, "forward"].cpu().numpy() for measure in FORWARD])
    curves = pd.DataFrame(
        np.concatenate(means),
        index=pd.MultiIndex.from_product([target_rtgs, names], names=["rtg", "front"]),
        columns=pd.MultiIndex.from_tuples(parts, names=["measure", "component"]),
    )
    return (
        curves.melt(ignore_index=False).reset_index(),
        avoidance_thresholds(
            fronts, np.array(forward, np.float64).transpose(2, 1, 0), target_rtgs, seed
        ),
    )


def _unmoved(model: DecisionTransformer, windows: Windows) -> Parts:
    """The parts in the main preference that do not hang on the reward-to-go."""
    direction = preference(model.W_U)
    inputs = encode(windows.observation[:, 0], model.cell.encoding).to(direction)
    parts = {
        "state": inputs @ (model.W_state @ direction),
        "time": (model.W_time @ direction)[windows.time[:, 0]],
    }
    constants = {
        "position": model.W_pos[1] @ direction,
        "b_U": preference(model.b_U),
    }
    for name in ("b_O", "b_out") if model.blocks else ():
        constants[name] = torch.stack([getattr(b, name) @ direction for b in model.blocks]).sum()
    parts |= {name: value.expand(len(inputs)) for name, value in constants.items()}
    return {("contribution", name): part for name, part in parts.items()}


def _moved(model: DecisionTransformer, tokens: Float[Tensor, "token scene d"]) -> Parts:
    """What hangs on the reward-to-go: the parts of heads and MLPs, attention, and the logits."""
    direction = preference(model.W_U)
    heads, scale = model.cell.heads, (model.cell.width // model.cell.heads) ** -0.5
    parts: Parts = {}
    residual = tokens[STATE]
    run = model.run(tokens)
    for layer, (kept, module) in enumerate(zip(run, model.blocks, strict=True)):
        block = cast(Block, module)
        by_z = by_head(kept.z[STATE] * (block.W_O @ direction), heads).sum(-1)
        scores = by_head(kept.q[STATE] * kept.k, heads).sum(-1)
        to_rtg = scores.mul(scale).softmax(0)[RTG]
        for head in range(heads):
            parts["contribution", f"L{layer}H{head}"] = by_z[:, head]
            parts["attention", f"L{layer}H{head}"] = to_rtg[:, head]
        parts["contribution", f"L{layer}MLP"] = kept.hidden[STATE] @ (block.W_out @ direction)
        residual = kept.out[STATE]
    logits = model.unembed(residual)
    parts["contribution", "whole"] = preference(logits)
    parts["probability", "forward"] = forward_probability(logits)
    parts["choice", "forward"] = (logits.argmax(-1) == Action.FORWARD).to(logits.dtype)
    return parts


def avoidance_thresholds(
    fronts: "pd.Series[str]",
    forward: Float[np.ndarray, "scene measure rtg"],
    target_rtgs: list[float],
    seed: int,
) -> pd.DataFrame:
    """The reward-to-go above which each front object is refused, by both measures of `FORWARD`.

    Columns: front, measure; value, the target at which the measure's mean over scenes falls
    through 1/2, the last time if it does so repeatedly, and NaN if it never does; low, high, the
    95% bootstrap interval among resamples of the scenes in which it falls, and their share, falls;
    n scenes.
    """
    generator = np.random.default_rng(seed)
    rows = []
    for name in fronts.unique():
        group = forward[fronts == name]
        weights = resampling_weights(len(group), generator) / len(group)
        drawn = weights @ group.reshape(len(group), -1)
        resamples = drawn.reshape(-1, *group.shape[1:])
        for index, measure in enumerate(FORWARD):
            (value,) = falls_at(group[:, index].mean(0)[None], target_rtgs)
            at = falls_at(resamples[:, index], target_rtgs)
            fell = at[~np.isnan(at)]
            low, high = np.quantile(fell, [0.025, 0.975]) if len(fell) else (np.nan, np.nan)
            rows.append((name, measure, value, low, high, len(fell) / len(at), len(group)))
    return pd.DataFrame(rows, columns=["front", "measure", "value", "low", "high", "falls", "n"])


def falls_at(
    curves: Float[np.ndarray, "curve rtg"], target_rtgs: list[float]
) -> Float[np.ndarray, " curve"]:
    """Where each curve last falls through 1/2, linear between its points; NaN if it never does."""
    falls = (curves[:, :-1] >= 0.5) & (curves[:, 1:] < 0.5)
    last = falls.shape[1] - 1 - falls[:, ::-1].argmax(1)
    before, after = (np.take_along_axis(curves, last[:, None] + i, 1)[:, 0] for i in (0, 1))
    fell = falls.any(1)
    share = np.divide(before - 0.5, before - after, out=np.full(len(curves), np.nan), where=fell)
    grid = np.asarray(target_rtgs)
    return grid[last] + share * np.diff(grid)[last]
