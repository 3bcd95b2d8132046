"""Activation patching: which activations carry the difference between two runs.

An activation of the clean run takes its place in the corrupted run (Meng et al., 2022); the share
of the effect that it restores is (patched - corrupted) / (clean - corrupted), of means over
scenes. Two nulls: the same of a model that was never trained, and a patch along one random
direction only.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from dtlens.analysis.lens.components import Component, heads_and_mlps
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.lens.preferences import MEASURES, Measures, preference
from dtlens.analysis.scenes.pairs import Pairs
from dtlens.base.intervals import ratio_interval
from dtlens.model.cell import Cell
from dtlens.model.transformer import STATE_TOKEN, Windows

COLUMNS = ["weights", "pair", "front", "rtg", "component", "part", "measure"]
COLUMNS += ["effect", "value", "low", "high", "n"]
TOKENS = ["RTG token", "state token"]  # of windows of one timestep
ALL = slice(None)


class Site(NamedTuple):
    """A part of a component, where it is in a hook's activation, and what is put there, of what is
    there in the corrupted and in the clean run."""

    component: str
    part: str
    hook: str
    where: tuple[int | slice, ...]
    put: Callable[[Tensor, Tensor], Tensor] = lambda corrupted, clean: clean

    def patch(self, clean: Tensor) -> Callable[[Tensor, object], Tensor]:
        def patched(activation: Tensor, hook: object) -> Tensor:
            activation = activation.clone()
            activation[self.where] = self.put(activation[self.where], clean[self.where])
            return activation

        return patched


def output(one: Component, at: int | slice) -> Site:
    """What a component gives at the tokens `at`."""
    of_head = () if one.head is None else (one.head,)
    return Site(one.name, "output", one.hook, (ALL, at, *of_head))


def sites(cell: Cell, tokens: Sequence[str] = TOKENS, at: int | slice = STATE_TOKEN) -> list[Site]:
    """What is patched: the tokens; each head's z and each MLP's output ("output"), both of the
    tokens `at`; each head's attention pattern, and its values, of all tokens."""
    heads, mlps = heads_and_mlps(cell)
    inner = [
        Site(one.name, part, f"blocks.{one.layer}.attn.{hook}", (*where, one.head))
        for part, hook, where in (
            ("pattern", "hook_pattern", (ALL,)),
            ("values", "hook_v", (ALL, ALL)),
        )
        for one in heads
        if one.head is not None
    ]
    inputs = [
        Site(name, "token", "blocks.0.hook_resid_pre", (ALL, index))
        for index, name in enumerate(tokens)
    ]
    return [*inputs, *(output(x, at) for x in heads), *inner, *(output(x, at) for x in mlps)]


def directed(hooked: HookedDecisionTransformer, count: int, seed: int) -> Iterator[Site]:
    """The outputs patched along one direction: that of the main preference (for a head, as its W_O
    reads it), or a random one, drawn anew for each of `count` pairs."""
    preferred = preference(hooked.bridge.W_U)
    for kind in heads_and_mlps(hooked.model.cell):
        generator = torch.Generator().manual_seed(seed)
        towards = [
            preferred if one.head is None else hooked.bridge.W_O[one.layer, one.head] @ preferred
            for one in kind
        ]
        drawn = [torch.randn(count, len(x), generator=generator).to(preferred) for x in towards]
        for part, directions in (("output_preference", towards), ("output_random", drawn)):
            for one, direction in zip(kind, directions, strict=True):
                yield output(one, STATE_TOKEN)._replace(part=part, put=along(direction))


def along(direction: Float[Tensor, "*pair d"]) -> Callable[[Tensor, Tensor], Tensor]:
    unit = torch.nn.functional.normalize(direction, dim=-1)

    def put(corrupted: Float[Tensor, "pair d"], clean: Float[Tensor, "pair d"]) -> Tensor:
        return corrupted + ((clean - corrupted) * unit).sum(-1, keepdim=True) * unit

    return put


@torch.no_grad()
def patch_each(
    hooked: HookedDecisionTransformer,
    clean: Windows,
    corrupted: Windows,
    patches: Iterable[Site],
    measures: Measures = MEASURES,
) -> pd.DataFrame:
    """Each pair's changes (patched - corrupted) and effect (clean - corrupted, component "whole").

    A row a pair; columns: measure, component, part.
    """
    (logits, cache), unpatched = hooked.run_with_cache(clean), hooked(corrupted)
    before = {name: of(unpatched) for name, of in measures.items()}
    changes = {(name, "whole", "all"): of(logits) - before[name] for name, of in measures.items()}
    for site in patches:
        hooks = [(site.hook, site.patch(cache[site.hook]))]
        logits = hooked.run_with_hooks(corrupted, hooks)
        for name, of in measures.items():
            changes[name, site.component, site.part] = of(logits) - before[name]
    return pd.DataFrame({key: change.cpu().numpy() for key, change in changes.items()})


def patch(hooked: HookedDecisionTransformer, pairs: Pairs, seed: int) -> pd.DataFrame:
    """`patch_each` of `sites` and `directed`, of pairs of one timestep."""
    patches = [*sites(hooked.model.cell), *directed(hooked, len(pairs.clean.rtg), seed)]
    return patch_each(hooked, pairs.clean, pairs.corrupted, patches)


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
