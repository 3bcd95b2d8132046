"""Activation patching: which activations carry the difference between two runs.

An activation of the clean run takes its place in the corrupted run (Meng et al., 2022); the share
of the effect that it restores is (patched - corrupted) / (clean - corrupted), of means over
scenes. Two nulls: the same of a model that was never trained, and a patch along one random
direction only.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor
from transformer_lens import ActivationCache, patching

from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.lens.preferences import MEASURES, preference
from dtlens.analysis.scenes.pairs import Pairs
from dtlens.base.intervals import ratio_interval
from dtlens.model.cell import Cell
from dtlens.model.transformer import RTG_TOKEN, STATE_TOKEN

COLUMNS = ["weights", "pair", "front", "rtg", "component", "part", "measure"]
COLUMNS += ["effect", "value", "low", "high", "n"]
Setter = Callable[[Tensor, Sequence[int], ActivationCache], Tensor]


class Site(NamedTuple):
    """A part of several components: where to find it, and how to carry it over."""

    part: str
    activation: str  # TransformerLens' short name
    where: Mapping[str, tuple[int, ...]]  # by component: its layer, then where in the activation
    setter: Setter


def sites(cell: Cell) -> list[Site]:
    """What is patched: the tokens; each head's z and each MLP's output ("output"), both at the
    state token; each head's attention pattern, and its values, of both tokens."""
    layers, heads = range(cell.layers), list(product(range(cell.layers), range(cell.heads)))
    tokens = {"RTG token": (0, RTG_TOKEN), "state token": (0, STATE_TOKEN)}
    z = {f"L{layer}H{head}": (layer, STATE_TOKEN, head) for layer, head in heads}
    whole = {f"L{layer}H{head}": (layer, head) for layer, head in heads}
    mlps = {f"L{layer}MLP": (layer, STATE_TOKEN) for layer in layers}
    return [
        Site("token", "resid_pre", tokens, patching.layer_pos_patch_setter),
        Site("output", "z", z, patching.layer_pos_head_vector_patch_setter),
        Site("pattern", "pattern", whole, patching.layer_head_pattern_patch_setter),
        Site("values", "v", whole, patching.layer_head_vector_patch_setter),
        Site("output", "mlp_out", mlps, patching.layer_pos_patch_setter),
    ]


def directed(hooked: HookedDecisionTransformer, site: Site, count: int, seed: int) -> list[Site]:
    """The site's outputs patched along one direction: that of the main preference
    (for a head, as its W_O reads it), or a random one, drawn anew for each of `count` pairs.
    """
    bridge, generator = hooked.bridge, torch.Generator().manual_seed(seed)
    preferred = preference(bridge.W_U)
    heads = site.activation == "z"

    def towards(index: Sequence[int]) -> Float[Tensor, "1 d"]:
        return (bridge.W_O[index[0], index[2]] @ preferred if heads else preferred)[None]

    def random(index: Sequence[int]) -> Float[Tensor, "pair d"]:
        width = bridge.cfg.d_head if heads else bridge.cfg.d_model
        return torch.randn(count, width, generator=generator).to(preferred)

    def along(direction: Callable[[Sequence[int]], Tensor]) -> Setter:
        def setter(activation: Tensor, index: Sequence[int], clean: Any) -> Tensor:
            unit = torch.nn.functional.normalize(direction(index), dim=-1)
            where: tuple[int | slice, ...] = (slice(None), *index[1:])
            change = ((clean[where] - activation[where]) * unit).sum(-1, keepdim=True)
            activation[where] += change * unit
            return activation

        return setter

    return [
        site._replace(part="output_preference", setter=along(towards)),
        site._replace(part="output_random", setter=along(random)),
    ]


@torch.no_grad()
def patch(hooked: HookedDecisionTransformer, pairs: Pairs, seed: int) -> pd.DataFrame:
    """Each pair's changes (patched - corrupted) and effect (clean - corrupted, component "whole").

    A row a pair; columns: measure, component, part.
    """
    bridge = hooked.bridge.eval()  # TransformerLens refuses to patch a model in training
    clean, cache = hooked.run_with_cache(pairs.clean)
    corrupted, tokens = hooked(pairs.corrupted), hooked.tokens(pairs.corrupted)
    before = {name: measure(corrupted) for name, measure in MEASURES.items()}
    changes = {
        (name, "whole", "all"): measure(clean) - before[name] for name, measure in MEASURES.items()
    }
    everything = sites(hooked.model.cell)
    for site in [site for site in everything if site.part == "output"]:
        everything += directed(hooked, site, len(tokens), seed)
    for site in everything:
        patched = patching.generic_activation_patch(
            bridge,
            tokens,
            cache,
            MEASURES,
            site.setter,
            site.activation,
            index_df=pd.DataFrame(site.where.values()),
            reduce="none",
        )
        for row, component in enumerate(site.where):
            for name in MEASURES:
                after = patched[name].values[row]  # noqa: PD011
                changes[name, component, site.part] = after - before[name]
    return pd.DataFrame({key: change.cpu().numpy() for key, change in changes.items()})


def shares(changes: pd.DataFrame, front: pd.Series, generator: np.random.Generator) -> pd.DataFrame:
    """Share of the whole's mean change that each other column's makes, by measure and front.

    Columns: front, measure, component, part, effect (mean change of the whole, in logits or
    probability), value, low, high (95% bootstrap interval over the pairs), n.
    """
    tables = []
    for name, group in changes.groupby(front, sort=False):
        for measure in MEASURES:
            parts = group[measure].drop(columns=[("whole", "all")])
            whole = group[measure]["whole", "all"].to_numpy()
            value = parts.mean() / whole.mean()
            low, high = ratio_interval(parts.to_numpy(), whole[:, None], generator)
            table = pd.DataFrame({"value": value, "low": low, "high": high}).reset_index(
                names=["component", "part"]
            )
            tables.append(
                table.assign(front=name, measure=measure, effect=whole.mean(), n=len(whole))
            )
    return pd.concat(tables, ignore_index=True)


def patch_components(
    models: dict[str, HookedDecisionTransformer], sets: list[Pairs], seed: int
) -> pd.DataFrame:
    """The share of each pair's effect that each component restores, of the trained model and of
    one that is not.

    `models` are those of `beside_untrained`, `sets` of `make_pairs`. Columns: weights (which
    model); pair, front, rtg (that of the clean window); component; part ("token", "output",
    "pattern", "values", "output_preference", "output_random": see `sites` and `directed`); measure
    ("logit_difference", the main preference, or "probability" of forward); effect, value, low,
    high, n (see `shares`). A share means little where the effect is near
    zero. A model without layers has no components.
    """
    if not models["trained"].model.cell.layers:
        return pd.DataFrame(columns=COLUMNS)
    generator = np.random.default_rng(seed)
    tables = []
    for weights, hooked in models.items():
        for pairs in sets:
            table = shares(patch(hooked, pairs, seed), pairs.front, generator)
            tables.append(table.assign(weights=weights, pair=pairs.kind, rtg=pairs.rtg))
    return pd.concat(tables, ignore_index=True)[COLUMNS]
