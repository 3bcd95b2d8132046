"""MLP neurons: whether they read what the heads write, and which of them refuse.

A neuron reads along its column of W_in and writes along its row of W_out; its part in the main
preference is its activation times that row's part along the preference direction.
"""

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from dtlens.analysis.interventions.paths import write_changes
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.lens.preferences import preference
from dtlens.analysis.scenes.pairs import Pairs
from dtlens.base.intervals import RESAMPLES, ratio_interval
from dtlens.model.transformer import STATE_TOKEN

READING_COLUMNS = ["weights", "component", "mlp", "direction", "value", "low", "high"]
READING_COLUMNS += ["random_low", "random_high", "n"]
NEURON_COLUMNS = ["pair", "front", "rtg", "layer", "neuron"]
NEURON_COLUMNS += ["whole", "value", "low", "high", "share", "n"]


@torch.no_grad()
def head_directions(
    hooked: HookedDecisionTransformer, pairs: Pairs
) -> dict[tuple[int, int, str], Float[Tensor, " d"]]:
    """By layer, head and name: what each head writes.

    "OV": the direction in which the OV circuit's gain is greatest, its first right singular
    vector; "rtg": the mean change of what it writes to the state token over the pairs.
    """
    cell, bridge = hooked.model.cell, hooked.bridge
    (_, clean), (_, corrupted) = map(hooked.run_with_cache, (pairs.clean, pairs.corrupted))
    directions = {}
    for layer in range(cell.layers):
        written = write_changes(hooked, clean, corrupted, layer).mean(0)
        gains = bridge.OV[layer].svd()[2][..., 0]
        for head in range(cell.heads):
            directions[layer, head, "OV"] = gains[head]
            directions[layer, head, "rtg"] = written[head]
    return directions


def alignment(
    W_in: Float[Tensor, "d neuron"], directions: Float[Tensor, "direction d"]
) -> Float[np.ndarray, "neuron direction"]:
    """Squared cosines of neurons' input directions with others, times d: 1 at random."""
    normed = torch.nn.functional.normalize
    cosines = normed(W_in.T, dim=-1) @ normed(directions, dim=-1).T
    return (len(W_in) * cosines**2).cpu().numpy()


@torch.no_grad()
def reading(
    models: dict[str, HookedDecisionTransformer], sets: list[Pairs], seed: int
) -> pd.DataFrame:
    """How well the neurons' input directions are aligned with what heads write.

    `models` are those of `beside_untrained`. Columns: weights (which of them); component (the
    head); mlp (of the head's layer or a later one); direction ("OV", "rtg": see
    `head_directions`, the latter between the highest and the lowest reward-to-go); value, low,
    high (mean over the n neurons of `alignment`, 95% bootstrap interval); random_low, random_high
    (what 95% of random directions give on the same neurons); n.
    """
    generator = np.random.default_rng(seed)
    cell = models["trained"].model.cell
    drawn = generator.standard_normal((RESAMPLES, cell.width))
    rows = []
    for weights, hooked in models.items():
        random_directions = torch.from_numpy(drawn).to(hooked.bridge.W_U)
        for (layer, head, name), direction in head_directions(hooked, sets[0]).items():
            for mlp in range(layer, cell.layers):
                W_in = hooked.bridge.W_in[mlp]
                aligned = alignment(W_in, direction[None])
                (low,), (high,) = ratio_interval(aligned, np.ones_like(aligned), generator)
                by_chance = alignment(W_in, random_directions).mean(0)
                chance = np.quantile(by_chance, [0.025, 0.975])
                place = (weights, f"L{layer}H{head}", f"L{mlp}MLP", name)
                rows.append((*place, aligned.mean(), low, high, *chance, len(aligned)))
    return pd.DataFrame(rows, columns=READING_COLUMNS)


@torch.no_grad()
def direct_changes(
    hooked: HookedDecisionTransformer, pairs: Pairs
) -> list[Float[Tensor, "pair neuron"]]:
    """By layer: what each neuron adds to the main preference directly, clean less corrupted."""
    (_, clean), (_, corrupted) = map(hooked.run_with_cache, (pairs.clean, pairs.corrupted))
    direction, changes = preference(hooked.bridge.W_U), []
    for layer, W_out in enumerate(hooked.bridge.W_out):
        name = f"blocks.{layer}.mlp.hook_post"
        fired = (clean[name] - corrupted[name])[:, STATE_TOKEN]
        changes.append(fired * (W_out @ direction))
    return changes


def top_neurons(
    hooked: HookedDecisionTransformer, sets: list[Pairs], top: int, seed: int
) -> pd.DataFrame:
    """The `top` neurons of each MLP that change the main preference most, clean less corrupted.

    Columns: pair, front, rtg as in `make_pairs`; layer, neuron; whole (the whole MLP's mean direct
    change, in logits); value, low, high (the neuron's, 95% bootstrap interval over the n pairs);
    share (of the whole: shares of neurons that oppose each other may exceed 1); n.
    A model without layers has no neurons.
    """
    if not hooked.model.cell.layers:
        return pd.DataFrame(columns=NEURON_COLUMNS)
    generator, tables = np.random.default_rng(seed), []
    for pairs in sets:
        for layer, by_pair in enumerate(direct_changes(hooked, pairs)):
            changes = pd.DataFrame(by_pair.cpu().numpy())
            for front, group in changes.groupby(pairs.front, sort=False):
                order = group.mean().abs().sort_values(ascending=False).index[:top]
                values = group[order].to_numpy()
                low, high = ratio_interval(values, np.ones((len(values), 1)), generator)
                whole = group.mean().sum()
                table = pd.DataFrame(
                    {"neuron": order, "value": values.mean(0), "low": low, "high": high}
                )
                table = table.assign(share=table["value"] / whole, whole=whole, n=len(values))
                tables.append(
                    table.assign(pair=pairs.kind, front=front, rtg=pairs.rtg, layer=layer)
                )
    return pd.concat(tables, ignore_index=True)[NEURON_COLUMNS]
