"""One state against another: which activations, and which inputs, carry the difference."""

import pandas as pd
import torch
from captum.attr import IntegratedGradients
from jaxtyping import Float
from torch import Tensor

from dtlens.analysis.circuits.maps import CELLS, by_cell
from dtlens.analysis.interventions import patching, paths
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.lens.preferences import Measures, difference
from dtlens.analysis.lens.tidy import tidy
from dtlens.base.errors import UserError
from dtlens.library.reasons import preferred, tokens_of
from dtlens.model.transformer import Windows, encode

STEPS = 200  # of Gauss-Legendre quadrature: one pair is quick


def _check(clean: Windows, corrupted: Windows, same: tuple[str, ...] = ()) -> None:
    shapes = [tuple(windows.rtg.shape) for windows in (clean, corrupted)]
    if shapes[0] != shapes[1] or shapes[0][0] != 1:
        raise UserError(f"windows: one and one, of as many timesteps; {shapes} were given")
    for name in same:
        if not torch.equal(getattr(clean, name), getattr(corrupted, name)):
            raise UserError(f"windows: they differ in {name}, between which there is no way")


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
    sites = patching.sites(model.model.cell, tokens_of(clean), at=slice(None))
    measures = _measures(towards, against)
    changes = patching.patch_each(model, clean, corrupted, sites, measures)["value"].T[0]
    whole = changes.pop(("whole", "all"))
    table = changes.rename_axis(["component", "part"]).reset_index(name="value")
    return table.assign(share=table["value"] / whole)


def _measures(towards: str, against: str | None) -> Measures:
    of = preferred(towards, against)
    return {"value": lambda logits: difference(logits[:, -1], of)}


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
    measures = _measures(towards, against)
    changes = paths.path_patch(model, clean, corrupted, measures, slice(None))["value"].T[0]
    table = changes.rename_axis(["sender", "receiver"]).reset_index(name="value")
    table = table.replace({"receiver": {"direct": "logits"}})
    return table[~table["receiver"].isin(["all", "rest"])].reset_index(drop=True)


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
    encoding, names, of = model.model.cell.encoding, tokens_of(clean), preferred(towards, against)
    seen, unseen = (
        (window.rtg, encode(window.observation, encoding).to(window.rtg))
        for window in (clean, corrupted)
    )

    def measured(
        rtg: Float[Tensor, "batch step"], inputs: Float[Tensor, "batch step input"]
    ) -> Tensor:
        logits = model.bridge(model.embedded(clean, rtg, inputs))[:, -1]
        return difference(logits, of)

    rtg, inputs = IntegratedGradients(measured).attribute(seen, unseen, n_steps=STEPS)
    cells = by_cell(inputs[0]).sum(-1).detach()
    states = tidy({"token": names[1::3], **CELLS}, value=cells)
    target = pd.DataFrame({"token": names[::3], "value": rtg[0].detach().numpy()})
    return pd.concat([target, states], ignore_index=True)[["token", "x", "y", "value"]]
