"""What a model's weights say, as the pipeline's analyses have it."""

import pandas as pd

from dtlens.analysis.circuits.composition import compose
from dtlens.analysis.circuits.maps import embedding_maps, head_maps
from dtlens.analysis.circuits.svd import singular_values
from dtlens.analysis.interventions.neurons import top_neurons
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.of_model import looked_at
from dtlens.analysis.tables import Looked
from dtlens.base.errors import UserError
from dtlens.library.project import in_project
from dtlens.library.showing import bank_scenes

TABLES = {
    "embedding_maps": lambda at: embedding_maps(at.hooked.model, next(iter(at.windows.values()))),
    "head_maps": lambda at: head_maps(at.hooked, at.windows),
    "composition": lambda at: compose(at.hooked, at.settings.initialisations),
    "singular_values": lambda at: singular_values(at.hooked),
    "neurons": lambda at: top_neurons(at.hooked, at.pairs, at.settings.neurons, at.settings.seed),
}


def weights(model: HookedDecisionTransformer, which: str) -> pd.DataFrame:
    """One of the pipeline's tables about the `model`'s weights, read in the bank's scenes.

    `which` is embedding_maps, head_maps, composition, singular_values or neurons; docs/results.md
    has their columns. Of a model without layers all but the first are empty.
    """
    if which not in TABLES:
        raise UserError(f"weights: {which!r} is none of {', '.join(TABLES)}")
    with in_project():
        at: Looked = looked_at(model.model, bank_scenes())
    return TABLES[which](at)
