"""A scan over the reward-to-go asked for, in placed scenes (the study's figure 3, request by
request).

Only the RTG token moves with the request: what hangs on the scene alone is computed once. The
model's own forward pass, which keeps what it computes, takes a quarter of a hooked one's time.
"""

from typing import cast

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from jaxtyping import Float, UInt8
from torch import Tensor

from dtlens.minigrid import Action
from dtlens.model.block import Block, by_head
from dtlens.model.transformer import DecisionTransformer, Encoded, Windows, encode
from dtlens.scenes.bank import scene_windows
from dtlens.stats import resampling_weights

STATE, RTG = 0, 1  # the order of one step's tokens in `DecisionTransformer.tokens`
FORWARD = ["probability", "choice"]
Parts = dict[tuple[str, str], Float[Tensor, " scene"]]  # by measure and component


@torch.no_grad()
def scan(
    model: DecisionTransformer,
    scenes: tuple[pd.DataFrame, UInt8[np.ndarray, "scene 7 7 3"]],
    rtgs: list[float],
    seed: int,
    device: str,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What each reward-to-go does to the model, by the object in front, and when it turns it back.

    The first table has the columns rtg, front, measure, component, value (mean over scenes).
    Measure "contribution" is a component's part in forward minus right, named and summing to
    "total" as in `attribution.contributions`; "attention" is each head's, from the state to the
    RTG; "probability" and "choice" are how likely component "forward" is, and how often likeliest.
    The second table is that of `refusals`.
    """
    labels, views = scenes
    windows = scene_windows(labels, views, 0.0, device)
    inputs = encode(windows.observation[:, 0], model.cell.encoding)
    rtg, action, time = windows.rtg.to(model.W_rtg).T, windows.action.T, windows.time.T
    untold = model.tokens(Encoded(inputs[None], rtg, action, time), model.W_state)
    unmoved = _unmoved(model, inputs.to(untold.dtype), windows)
    codes, fronts = pd.factorize(labels["front"])
    member = np.eye(len(fronts))[codes]
    means, forward = [], []
    for told in rtgs:
        tokens = untold.clone()
        tokens[RTG] += told * model.W_rtg
        parts = unmoved | _moved(model, tokens)
        values = torch.stack(list(parts.values()), 1).double().cpu().numpy()
        means.append(member.T @ values / member.sum(0)[:, None])
        forward.append([parts[measure, "forward"].cpu().numpy() for measure in FORWARD])
    curves = pd.DataFrame(
        np.concatenate(means),
        index=pd.MultiIndex.from_product([rtgs, fronts], names=["rtg", "front"]),
        columns=pd.MultiIndex.from_tuples(parts, names=["measure", "component"]),
    )
    return (
        curves.melt(ignore_index=False).reset_index(),
        refusals(labels["front"], np.array(forward, np.float64).transpose(2, 1, 0), rtgs, seed),
    )


def _unmoved(
    model: DecisionTransformer, inputs: Float[Tensor, "scene input"], windows: Windows
) -> Parts:
    """The parts in forward minus right that do not hang on the reward-to-go."""
    direction = model.W_U[:, Action.FORWARD] - model.W_U[:, Action.RIGHT]
    parts = {
        "state": inputs @ (model.W_state @ direction),
        "time": (model.W_time @ direction)[windows.time[:, 0]],
    }
    constants = {
        "position": model.W_pos[1] @ direction,
        "b_U": model.b_U[Action.FORWARD] - model.b_U[Action.RIGHT],
    }
    for name in ("b_O", "b_out") if model.blocks else ():
        constants[name] = torch.stack([getattr(b, name) @ direction for b in model.blocks]).sum()
    parts |= {name: value.expand(len(inputs)) for name, value in constants.items()}
    return {("contribution", name): part for name, part in parts.items()}


def _moved(model: DecisionTransformer, tokens: Float[Tensor, "token scene d"]) -> Parts:
    """What hangs on the reward-to-go: the parts of heads and MLPs, attention, and the logits."""
    direction = model.W_U[:, Action.FORWARD] - model.W_U[:, Action.RIGHT]
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
    logits = F.linear(residual, model.W_U.T, model.b_U)
    parts["contribution", "total"] = logits[:, Action.FORWARD] - logits[:, Action.RIGHT]
    parts["probability", "forward"] = logits.softmax(-1)[:, Action.FORWARD]
    parts["choice", "forward"] = (logits.argmax(-1) == Action.FORWARD).to(logits.dtype)
    return parts


def refusals(
    front: "pd.Series[str]",
    forward: Float[np.ndarray, "scene measure rtg"],
    rtgs: list[float],
    seed: int,
) -> pd.DataFrame:
    """The reward-to-go above which each front object is refused, by both measures of `FORWARD`.

    Columns: front, measure; value, the request at which the measure's mean over scenes falls
    through 1/2, the last time if it does so repeatedly, and NaN if it never does; low, high, the
    95% bootstrap interval among resamples of the scenes in which it falls, and their share, falls;
    n scenes.
    """
    generator = np.random.default_rng(seed)
    rows = []
    for name in front.unique():
        group = forward[front == name]
        weights = resampling_weights(len(group), generator) / len(group)
        drawn = weights @ group.reshape(len(group), -1)
        resamples = drawn.reshape(-1, *group.shape[1:])
        for index, measure in enumerate(FORWARD):
            (value,) = falls_at(group[:, index].mean(0)[None], rtgs)
            at = falls_at(resamples[:, index], rtgs)
            fell = at[~np.isnan(at)]
            low, high = np.quantile(fell, [0.025, 0.975]) if len(fell) else (np.nan, np.nan)
            rows.append((name, measure, value, low, high, len(fell) / len(at), len(group)))
    return pd.DataFrame(rows, columns=["front", "measure", "value", "low", "high", "falls", "n"])


def falls_at(
    curves: Float[np.ndarray, "curve rtg"], rtgs: list[float]
) -> Float[np.ndarray, " curve"]:
    """Where each curve last falls through 1/2, linear between its points; NaN if it never does."""
    falls = (curves[:, :-1] >= 0.5) & (curves[:, 1:] < 0.5)
    last = falls.shape[1] - 1 - falls[:, ::-1].argmax(1)
    before, after = (np.take_along_axis(curves, last[:, None] + i, 1)[:, 0] for i in (0, 1))
    fell = falls.any(1)
    share = np.divide(before - 0.5, before - after, out=np.full(len(curves), np.nan), where=fell)
    grid = np.asarray(rtgs)
    return grid[last] + share * np.diff(grid)[last]
