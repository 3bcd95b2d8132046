"""What each method of the project says carries a contrast: the RTG token, the state token, or
what comes later.

Parts are changes of the main preference in logits, a row a pair, as one would read them off: what
the heads do comes from the RTG token, as they are the only way from it; what the state's time
embedding adds comes from the state token.
"""

import pandas as pd
import torch

from dtlens.analysis.circuits.attribution import contributions
from dtlens.analysis.interventions.neurons import direct_changes
from dtlens.analysis.interventions.patching import patch
from dtlens.analysis.interventions.paths import path_patch
from dtlens.analysis.lens.components import head_names
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.lens.preferences import preference
from dtlens.analysis.scenes.pairs import Pairs
from dtlens.beyond.attribution_benchmark.settings import AttributionBenchmark

RTG, STATE, LATER = "RTG token", "state token", "later"
Parts = pd.DataFrame  # a column for each of RTG, STATE, LATER that the method speaks of
LOGITS = "logit_difference"


def by_attribution(hooked: HookedDecisionTransformer, pairs: Pairs) -> Parts:
    """What heads add directly, and what the state's time embedding does; the rest is the MLP's."""
    clean, corrupted = (
        contributions(hooked, windows) for windows in (pairs.clean, pairs.corrupted)
    )
    change = pd.DataFrame({name: (clean[name] - corrupted[name]).cpu() for name in clean})
    heads = head_names(hooked.model.cell)
    return pd.DataFrame({RTG: change[heads].sum(axis=1), STATE: change["time"]})


def by_patching(hooked: HookedDecisionTransformer, pairs: Pairs, seed: int) -> Parts:
    """The clean run's tokens in the corrupted one."""
    changes = patch(hooked, pairs, seed)
    return pd.DataFrame({name: changes[LOGITS, name, "token"] for name in (RTG, STATE)})


def by_paths(hooked: HookedDecisionTransformer, pairs: Pairs) -> Parts:
    """What the heads' changes of output do along all their paths."""
    changes = path_patch(hooked, pairs.clean, pairs.corrupted)[LOGITS]
    return pd.DataFrame({RTG: sum(changes[head, "all"] for head in head_names(hooked.model.cell))})


@torch.no_grad()
def by_maps(hooked: HookedDecisionTransformer, pairs: Pairs) -> Parts:
    """The weights alone: embeddings along the preference, through the heads' values as if they
    attended to the RTG token alone, and directly."""
    model, direction = hooked.model, preference(hooked.model.W_U)
    through = (hooked.bridge.OV[0] @ direction[:, None]).AB.squeeze(-1).sum(0)
    clean, corrupted = pairs.clean, pairs.corrupted
    later = model.W_time[clean.time[:, 0]] - model.W_time[corrupted.time[:, 0]]
    more = clean.rtg - corrupted.rtg
    of_token = (more * model.W_rtg + later) @ through
    return pd.DataFrame({RTG: of_token.cpu(), STATE: (later @ direction).cpu()})


def by_neurons(hooked: HookedDecisionTransformer, pairs: Pairs, top: int) -> Parts:
    """The neurons whose direct parts change most in the mean."""
    (changes,) = direct_changes(hooked, pairs)
    largest = changes.mean(0).abs().topk(min(top, changes.shape[1])).indices
    return pd.DataFrame({LATER: changes[:, largest].sum(1).cpu()})


def estimates(
    hooked: HookedDecisionTransformer, pairs: Pairs, settings: AttributionBenchmark
) -> dict[str, Parts]:
    """Every method's parts in a contrast, of a model of one layer.

    Methods that cannot be wrong here are left out: the contrast is one of the output, of which
    ablation and integrated gradients split all, whatever the model does.
    """
    return {
        "attribution": by_attribution(hooked, pairs),
        "patching": by_patching(hooked, pairs, settings.seed),
        "path patching": by_paths(hooked, pairs),
        "maps": by_maps(hooked, pairs),
        "neurons": by_neurons(hooked, pairs, settings.neurons),
    }
