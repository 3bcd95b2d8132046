"""Path patching: by which way a head's output reaches the logits, and whether attention is the
only way for the reward-to-go.

A head's change of output (clean minus corrupted) is added where one reader alone sees it (Wang et
al., 2022): the logits ("direct"), or the input of an MLP of its layer or a later one.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor
from transformer_lens import ActivationCache

from dtlens.analysis.lens.hooked_model import Hook, HookedDecisionTransformer
from dtlens.analysis.lens.preferences import MEASURES, Measures
from dtlens.analysis.scenes.pairs import Pairs
from dtlens.base.intervals import resampling_weights
from dtlens.model.transformer import RTG_TOKEN, STATE_TOKEN, Windows

COLUMNS = ["weights", "pair", "front", "rtg", "component", "path", "measure", "effect"]
COLUMNS += ["value", "low", "high", "through_mlp", "through_mlp_low", "through_mlp_high", "n"]


def readers(layers: int, layer: int) -> dict[str, str]:
    """Paths from a head of the layer, and the hook at which each one's reader takes its input."""
    mlps = {f"L{m}MLP": f"blocks.{m}.mlp.hook_in" for m in range(layer, layers)}
    direct = f"blocks.{layers - 1}.hook_resid_post"
    return {"all": f"blocks.{layer}.hook_attn_out", "direct": direct} | mlps


def write_changes(
    hooked: HookedDecisionTransformer,
    clean: ActivationCache,
    corrupted: ActivationCache,
    layer: int,
    at: int | slice = STATE_TOKEN,
) -> Float[Tensor, "pair *token head d"]:
    """What each head of the layer writes to the residual stream of the tokens `at` in the clean
    run, less what it writes in the corrupted one."""
    name = f"blocks.{layer}.attn.hook_z"
    z = (clean[name] - corrupted[name])[:, at]
    return torch.einsum("...hz,hzd->...hd", z, hooked.bridge.W_O[layer])


def _adding(
    change: Float[Tensor, "pair *token d"], at: int | slice
) -> Callable[[Tensor, object], Tensor]:
    def add(activation: Tensor, hook: object) -> Tensor:
        activation = activation.clone()  # other readers look at the same tensor
        activation[:, at] += change
        return activation

    return add


@torch.no_grad()
def path_patch(
    hooked: HookedDecisionTransformer,
    clean: Windows,
    corrupted: Windows,
    measures: Measures = MEASURES,
    at: int | slice = STATE_TOKEN,
) -> pd.DataFrame:
    """Each pair's change (patched - corrupted) by path; a row a pair.

    What a head writes to the tokens `at` is patched, by default of windows of one timestep.
    Columns: measure, head ("whole": clean - corrupted), path: "all" (the head's output patched
    whole), "direct", one per MLP (with all that follows from its output), "rest". In the last
    layer the logits are direct plus MLP, so that the rest is 0; a softmax or later heads leave one.
    """
    cell = hooked.model.cell
    (clean_logits, was), (logits, now) = map(hooked.run_with_cache, (clean, corrupted))
    before = {name: measure(logits) for name, measure in measures.items()}

    def note(head: str, path: str, logits: Float[Tensor, "pair step 3"]) -> None:
        for name, measure in measures.items():
            changes[name, head, path] = measure(logits) - before[name]

    changes: dict[tuple[str, str, str], Float[Tensor, " pair"]] = {}
    note("whole", "all", clean_logits)
    for layer in range(cell.layers):
        paths, written = readers(cell.layers, layer), write_changes(hooked, was, now, layer, at)
        for head in range(cell.heads):
            name, change = f"L{layer}H{head}", written[..., head, :]
            for path, hook in paths.items():
                hooks = [(hook, _adding(change, at))]
                note(name, path, hooked.run_with_hooks(corrupted, hooks))
            for measure in measures:
                everything, *parts = (changes[measure, name, path] for path in paths)
                changes[measure, name, "rest"] = everything - sum(parts)
    table = pd.DataFrame({key: value.cpu().numpy() for key, value in changes.items()})
    return table.rename_axis(columns=["measure", "component", "path"])


def mean_changes(
    changes: pd.DataFrame, front: pd.Series, generator: np.random.Generator
) -> pd.DataFrame:
    """The table of `patch_paths`, less its first columns, of the changes of `path_patch`."""
    parts, tables = changes.drop(columns="whole", level=1), []
    keys = list(zip(*(parts.columns.get_level_values(level) for level in range(3)), strict=True))
    direct = [keys.index((measure, head, "direct")) for measure, head, _ in keys]
    ends_at_mlp = [path.endswith("MLP") for *_, path in keys]

    def through(means: Float[np.ndarray, "resample path"]) -> Float[np.ndarray, "resample path"]:
        """Of each path's and the direct one's moves of the mean, the part that is the path's."""
        by_direct = means[:, direct]
        share = np.sign(by_direct) * means / (np.abs(by_direct) + np.abs(means))
        return np.where(ends_at_mlp, share, np.nan)

    for name, group in parts.groupby(front, sort=False):
        values = group.to_numpy()
        drawn = resampling_weights(len(values), generator) @ values / len(values)
        low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
        with np.errstate(invalid="ignore"):  # where nothing moves
            (through_mlp,) = through(values.mean(0, keepdims=True))
            through_low, through_high = np.quantile(through(drawn), [0.025, 0.975], axis=0)
        columns = {
            "value": values.mean(0),
            "low": low,
            "high": high,
            "through_mlp": through_mlp,
            "through_mlp_low": through_low,
            "through_mlp_high": through_high,
        }
        table = pd.DataFrame(columns, parts.columns).reset_index()
        effects = {
            measure: changes.loc[group.index, (measure, "whole", "all")].mean()
            for measure in MEASURES
        }
        tables.append(table.assign(front=name, effect=table["measure"].map(effects), n=len(values)))
    return pd.concat(tables, ignore_index=True)


def patch_paths(
    models: dict[str, HookedDecisionTransformer], sets: list[Pairs], seed: int
) -> pd.DataFrame:
    """What each head's change of output does along each path, of the trained model and of one
    that is not (claim: the MLP amplifies the heads).

    Columns: weights, pair, front, rtg, measure, effect as in `patching`; component (the
    head); path (see `path_patch`); value, low, high (mean change of the measure over the pairs,
    95% bootstrap interval); of a path m that ends at an MLP, d being the direct one, through_mlp,
    through_mlp_low, through_mlp_high: sign(d) m / (|d| + |m|) of their means, from -1 to 1; below 0
    the MLP counteracts the head, above 0.5 it moves more than the head does directly, and the same
    way; n. A model without layers has no heads.
    """
    if not models["trained"].model.cell.layers:
        return pd.DataFrame(columns=COLUMNS)
    generator = np.random.default_rng(seed)
    tables = []
    for weights, hooked in models.items():
        for pairs in sets:
            table = mean_changes(
                path_patch(hooked, pairs.clean, pairs.corrupted), pairs.front, generator
            )
            tables.append(table.assign(weights=weights, pair=pairs.kind, rtg=pairs.rtg))
    return pd.concat(tables, ignore_index=True)[COLUMNS]


def _see_only_oneself(pattern: Float[Tensor, "batch head query key"], hook: object) -> Tensor:
    return torch.eye(pattern.shape[-1]).to(pattern).expand_as(pattern)


def _zero_rtg_value(value: Float[Tensor, "batch token head d"], hook: object) -> Tensor:
    value[:, RTG_TOKEN] = 0
    return value


@torch.no_grad()
def cut_attention(hooked: HookedDecisionTransformer, windows: dict[float, Windows]) -> pd.DataFrame:
    """How far the logits move with the reward-to-go when attention to its token is cut.

    Columns: cut, moved (the greatest range of a logit over the windows' rewards-to-go, in any
    scene), n (scenes).
    Cuts: "whole"; "value", the token's value is 0, but the attention it draws away from the state
    still depends on it; "attention", each token attends to itself alone: what is left is exactly
    what reaches the action by other ways.
    """
    precise, layers = hooked.in_double(), range(hooked.model.cell.layers)
    cuts: dict[str, list[Hook]] = {
        "whole": [],
        "value": [(f"blocks.{layer}.attn.hook_v", _zero_rtg_value) for layer in layers],
        "attention": [(f"blocks.{layer}.attn.hook_pattern", _see_only_oneself) for layer in layers],
    }
    rows = []
    for cut, hooks in cuts.items():
        with precise.hooks(hooks):
            logits = torch.stack([precise(shown) for shown in windows.values()])
        moved = (logits.amax(0) - logits.amin(0)).max()
        rows.append((cut, float(moved), logits.shape[1]))
    return pd.DataFrame(rows, columns=["cut", "moved", "n"])
