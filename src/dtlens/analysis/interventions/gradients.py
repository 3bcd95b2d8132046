"""Integrated gradients of the main preference, from corrupted to clean.

The model is cut at some activations; each one's gradient, integrated along the straight line from
its value in the corrupted run to that in the clean one, is its part in the effect. The parts of a
cut sum to the effect (Sundararajan et al., 2017: completeness), where patching's need not.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from captum.attr import IntegratedGradients
from jaxtyping import Float
from torch import Tensor

from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.lens.preferences import preference
from dtlens.analysis.scenes.pairs import Pairs
from dtlens.base.intervals import ratio_interval
from dtlens.model.cell import Cell
from dtlens.model.transformer import RTG_TOKEN, STATE_TOKEN

KEY = ["pair", "front", "rtg", "component"]
COLUMNS = [*KEY, "effect", "value", "low", "high", "missing", "n"]
STEPS = 20  # of Gauss-Legendre quadrature; the kinks of ReLU leave an error of some hundredths


class Cut(NamedTuple):
    """Activations on which the logits depend and nothing else, and the components among them."""

    hooks: tuple[str, ...]
    components: Mapping[str, tuple[int, ...]]  # index into the last activation, after its batch


def cuts(cell: Cell) -> Iterator[Cut]:
    """The tokens; and of each layer its heads beside its input, its MLP beside what it reads."""
    yield Cut(
        ("blocks.0.hook_resid_pre",), {"RTG token": (RTG_TOKEN,), "state token": (STATE_TOKEN,)}
    )
    for layer in range(cell.layers):
        block = f"blocks.{layer}"
        heads = {f"L{layer}H{head}": (STATE_TOKEN, head) for head in range(cell.heads)}
        mlp = {f"L{layer}MLP": (STATE_TOKEN,)}
        yield Cut((f"{block}.hook_resid_pre", f"{block}.attn.hook_z"), heads)
        yield Cut((f"{block}.hook_resid_mid", f"{block}.hook_mlp_out"), mlp)


def integrate(
    hooked: HookedDecisionTransformer, pairs: Pairs, cut: Cut
) -> tuple[pd.DataFrame, Float[np.ndarray, " pair"]]:
    """Each component's part in each pair's effect, and what the cut's parts miss of the effect.

    Both in logits; a row a pair.
    """
    caches = [hooked.run_with_cache(windows)[1] for windows in (pairs.clean, pairs.corrupted)]
    clean, corrupted = (tuple(cache[name].detach() for name in cut.hooks) for cache in caches)

    def from_cut(*activations: Tensor) -> Float[Tensor, " row"]:
        def instead(value: Tensor) -> Callable[[Tensor, object], Tensor]:
            return lambda activation, hook: value

        hooks = [(name, instead(value)) for name, value in zip(cut.hooks, activations, strict=True)]
        with hooked.hooks(hooks):
            return preference(
                hooked.bridge(activations[0])[:, -1]
            )  # what is before the cut is not seen

    parts, missing = IntegratedGradients(from_cut).attribute(
        clean, corrupted, n_steps=STEPS, return_convergence_delta=True
    )
    components = {
        name: parts[-1][:, *index].sum(-1).cpu().numpy() for name, index in cut.components.items()
    }
    return pd.DataFrame(components), missing.cpu().numpy()


def integrated_gradients(
    hooked: HookedDecisionTransformer, sets: list[Pairs], seed: int
) -> pd.DataFrame:
    """Each component's share of the effect of each pair, by integrated gradients.

    `sets` are those of `make_pairs`. Columns: pair, front, rtg (that of the clean window);
    component (tokens; heads and MLPs at the state token); effect (mean of clean minus corrupted,
    in logits of the main preference); value, low, high (the component's share of it, 95%
    bootstrap interval over the pairs); missing (mean distance between a pair's effect and the sum
    of the parts of the component's cut, relative to the mean size of the effect: completeness);
    n. A model without layers has no components.
    """
    if not hooked.model.cell.layers:
        return pd.DataFrame(columns=COLUMNS)
    generator, tables = np.random.default_rng(seed), []
    for pairs in sets:
        with torch.no_grad():
            clean, corrupted = hooked(pairs.clean), hooked(pairs.corrupted)
            effects = (preference(clean) - preference(corrupted))[:, -1]
        for cut in cuts(hooked.model.cell):
            parts, missing = integrate(hooked, pairs, cut)
            rows = pd.DataFrame({"effect": effects.cpu().numpy(), "missing": missing})
            for front, group in rows.groupby(pairs.front, sort=False):
                effect, own = group["effect"].to_numpy(), parts.loc[group.index]
                low, high = ratio_interval(own.to_numpy(), effect[:, None], generator)
                with np.errstate(invalid="ignore"):  # where nothing moves
                    gap = group["missing"].abs().mean() / np.abs(effect).mean()
                    values = {"value": own.mean() / effect.mean(), "low": low, "high": high}
                table = pd.DataFrame(values).rename_axis("component").reset_index()
                table = table.assign(front=front, effect=effect.mean(), missing=gap, n=len(own))
                tables.append(table.assign(pair=pairs.kind, rtg=pairs.rtg))
    return pd.concat(tables, ignore_index=True)[COLUMNS]


def compare(patched: pd.DataFrame, gradients: pd.DataFrame) -> pd.DataFrame:
    """Both methods' estimates of each component's part in the effect, in logits.

    `patched` is the table of `patch_components`, of whose trained model's logit differences those
    of tokens and outputs are taken. Columns: pair, front, rtg, component, patched, integrated,
    rank_correlation (Spearman's, over the components and front objects of the pair and rtg).
    """
    same = patched[
        (patched["weights"] == "trained")
        & (patched["measure"] == "logit_difference")
        & patched["part"].isin(["token", "output"])
    ]
    both = same.merge(gradients, on=KEY, suffixes=("_patched", "_integrated"))
    for method in ("patched", "integrated"):
        both[method] = both[f"value_{method}"] * both[f"effect_{method}"]
    correlation = {
        group: rows["patched"].corr(rows["integrated"], method="spearman")
        for group, rows in both.groupby(["pair", "rtg"])
    }
    both["rank_correlation"] = [
        correlation[group] for group in zip(both["pair"], both["rtg"], strict=True)
    ]
    return both[[*KEY, "patched", "integrated", "rank_correlation"]]
