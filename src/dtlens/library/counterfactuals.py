"""One state against another: which activations, and which inputs, carry the difference."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pandas as pd
import torch
from captum.attr import IntegratedGradients
from einops import rearrange
from jaxtyping import Float
from torch import Tensor

from dtlens.analysis.circuits.maps import CELLS, by_cell
from dtlens.analysis.lens.hooked_model import Hook, HookedDecisionTransformer
from dtlens.analysis.lens.tidy import tidy
from dtlens.base.errors import UserError
from dtlens.env.dynamic_obstacles import CONTENTS
from dtlens.env.minigrid import FRONT
from dtlens.library.reasons import direction, tokens_of
from dtlens.model.transformer import Windows, encode

STEPS = 200  # of Gauss-Legendre quadrature: one pair is quick
Put = Callable[[Tensor, Any], Tensor]


def floor_ahead(window: Windows) -> Windows:
    """The `window` with nothing in front at its last step, all else as it is."""
    emptied = window.observation.clone()
    emptied[:, -1, *FRONT] = torch.tensor(CONTENTS["empty"], dtype=torch.uint8)
    return window._replace(observation=emptied)


def _check(clean: Windows, corrupted: Windows, same: tuple[str, ...] = ()) -> None:
    shapes = [tuple(windows.rtg.shape) for windows in (clean, corrupted)]
    if shapes[0] != shapes[1] or shapes[0][0] != 1:
        raise UserError(f"windows: one and one, of as many timesteps; {shapes} were given")
    for name in same:
        if not torch.equal(getattr(clean, name), getattr(corrupted, name)):
            raise UserError(f"windows: they differ in {name}, between which there is no way")


@torch.no_grad()
def patch_one(
    model: HookedDecisionTransformer,
    clean: Windows,
    corrupted: Windows,
    towards: str = "forward",
    against: str | None = "right",
) -> pd.DataFrame:
    """Activation patching in the `model`: what each activation of the `clean` window does in the
    `corrupted` one's place (Meng et al., 2022).

    Columns: component (each token of the input, heads, MLPs, at all positions), part ("token",
    "output"; of a head also "pattern" and "values"), value (change of the logit of `towards` less
    that of `against`), share (of that of the clean window less the corrupted one's).
    """
    _check(clean, corrupted)
    if not model.model.cell.layers:
        raise UserError("patch_one: this model has no layers, and so nothing to patch")
    clean_logits, cache = model.run_with_cache(clean)

    def measured(logits: Float[Tensor, "1 step 3"]) -> float:
        return float(direction(logits[0, -1], towards, against))

    before = measured(model(corrupted))
    whole = measured(clean_logits) - before
    rows = []
    for component, part, hook, where in _sites(model, clean):
        value = measured(model.run_with_hooks(corrupted, [(hook, _put(cache[hook], where))]))
        rows.append((component, part, value - before, (value - before) / whole))
    return pd.DataFrame(rows, columns=["component", "part", "value", "share"])


def _sites(
    model: HookedDecisionTransformer, windows: Windows
) -> Iterator[tuple[str, str, str, tuple[Any, ...]]]:
    """Component, part, hook, and where in the hook's activation it is."""
    cell, all_of = model.model.cell, slice(None)
    for index, name in enumerate(tokens_of(windows)):
        yield name, "token", "blocks.0.hook_resid_pre", (all_of, index)
    for layer, head in product(range(cell.layers), range(cell.heads)):
        name, block = f"L{layer}H{head}", f"blocks.{layer}.attn"
        yield name, "output", f"{block}.hook_z", (all_of, all_of, head)
        yield name, "pattern", f"{block}.hook_pattern", (all_of, head)
        yield name, "values", f"{block}.hook_v", (all_of, all_of, head)
    for layer in range(cell.layers):
        yield f"L{layer}MLP", "output", f"blocks.{layer}.hook_mlp_out", (all_of,)


def _put(value: Tensor, where: tuple[Any, ...]) -> Put:
    def put(activation: Tensor, hook: object) -> Tensor:
        activation = activation.clone()
        activation[where] = value[where]
        return activation

    return put


def _added(change: Tensor) -> Put:
    return lambda activation, hook: activation + change


@torch.no_grad()
def patch_paths_one(
    model: HookedDecisionTransformer,
    clean: Windows,
    corrupted: Windows,
    towards: str = "forward",
    against: str | None = "right",
) -> pd.DataFrame:
    """Path patching in the `model`: each head's change of output from the `corrupted` window to the
    `clean` one, shown to one reader alone (Wang et al., 2022).

    Columns: sender (a head), receiver ("logits", or an MLP of its layer or a later one), value
    (change of the logit of `towards` less that of `against`). Source:
    `dtlens.analysis.interventions.paths`. A model without layers has no rows.
    """
    _check(clean, corrupted)
    cell = model.model.cell
    (_, was), (_, now) = model.run_with_cache(clean), model.run_with_cache(corrupted)
    before = direction(model(corrupted)[0, -1], towards, against)
    rows = []
    for layer, head in product(range(cell.layers), range(cell.heads)):
        z = f"blocks.{layer}.attn.hook_z"
        change = (was[z] - now[z])[:, :, head] @ model.W_O[layer, head]
        later = {f"L{m}MLP": f"blocks.{m}.mlp.hook_in" for m in range(layer, cell.layers)}
        for receiver, hook in {
            **later,
            "logits": f"blocks.{cell.layers - 1}.hook_resid_post",
        }.items():
            hooks: list[Hook] = [(hook, _added(change))]
            after = direction(model.run_with_hooks(corrupted, hooks)[0, -1], towards, against)
            rows.append((f"L{layer}H{head}", receiver, float(after - before)))
    return pd.DataFrame(rows, columns=["sender", "receiver", "value"])


def integrated_gradients(
    model: HookedDecisionTransformer,
    clean: Windows,
    corrupted: Windows,
    towards: str = "forward",
    against: str | None = "right",
) -> pd.DataFrame:
    """The part of each input in the difference of two windows (Sundararajan et al., 2017), for the
    `model`'s logit of `towards` less that of `against`.

    Gradients are integrated along the straight line from the `corrupted` window's inputs to the
    `clean` one's, which have the same times and actions. Columns: token; x, y (a state's cell; NaN
    of an RTG token); value (logits). The values sum to the difference of the preference, but for
    the kinks of ReLU: to a hundredth.
    """
    _check(clean, corrupted, same=("time", "action"))
    encoding, names = model.model.cell.encoding, tokens_of(clean)
    seen, unseen = (
        (window.rtg, encode(window.observation, encoding).to(window.rtg))
        for window in (clean, corrupted)
    )

    def preferred(
        rtg: Float[Tensor, "batch step"], inputs: Float[Tensor, "batch step input"]
    ) -> Tensor:
        logits = model.bridge(_embedded(model, clean, rtg, inputs))[:, -1]
        return direction(logits, towards, against)

    rtg, inputs = IntegratedGradients(preferred).attribute(seen, unseen, n_steps=STEPS)
    cells = by_cell(inputs[0]).sum(-1).detach()
    states = tidy({"token": names[1::3], **CELLS}, value=cells)
    target = pd.DataFrame({"token": names[::3], "value": rtg[0].detach().numpy()})
    return pd.concat([target, states], ignore_index=True)[["token", "x", "y", "value"]]


def _embedded(
    model: HookedDecisionTransformer,
    window: Windows,
    rtg: Float[Tensor, "batch step"],
    inputs: Float[Tensor, "batch step input"],
) -> Float[Tensor, "batch token d"]:
    """The model's tokens of other numbers than a view's and a target's."""
    own = model.model
    time = own.W_time[window.time]
    kinds = [rtg[..., None] * own.W_rtg + time, inputs @ own.W_state + time]
    kinds.append((own.W_action[window.action] + time).expand_as(kinds[0]))
    return rearrange(kinds, "kind batch step d -> batch (step kind) d")[:, :-1]
