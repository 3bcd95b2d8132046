"""All tables about one model's insides, by kind: the pipeline's, and those of any other.

The model is hooked once, and the scenes are shown once at each reward-to-go: every analysis is a
function of the hooked model, windows by reward-to-go or pairs of windows, and a seed.
"""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
import pandas as pd
import torch
from jaxtyping import Num

from dtlens.analysis.circuits.attention import attention_by_front
from dtlens.analysis.circuits.attribution import attribute, contrast
from dtlens.analysis.circuits.composition import compose
from dtlens.analysis.circuits.embeddings import rtg_projections, time_projections
from dtlens.analysis.circuits.frozen import freeze_attention
from dtlens.analysis.circuits.maps import embedding_maps, front_cells, head_maps
from dtlens.analysis.circuits.scan import scan
from dtlens.analysis.circuits.settings import Circuits
from dtlens.analysis.circuits.spread import spread
from dtlens.analysis.circuits.svd import singular_values
from dtlens.analysis.circuits.terms import score_table, value_table
from dtlens.analysis.interventions.gradients import compare, integrated_gradients
from dtlens.analysis.interventions.neurons import reading, top_neurons
from dtlens.analysis.interventions.patching import patch_components
from dtlens.analysis.interventions.paths import cut_attention, patch_paths
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer, beside_untrained
from dtlens.analysis.scenes.bank import Scenes
from dtlens.analysis.scenes.pairs import Pairs, make_pairs
from dtlens.base.files import write_csv
from dtlens.model.transformer import DecisionTransformer, Windows

Tables = Iterator[tuple[str, pd.DataFrame]]  # each after its kind, as in "circuits/scan"

# Weight decay leaves neurons that never fire with weights below a float's normal range, with which
# products take a hundred times as long (those of the study's own model do): here they count as 0.
torch.set_flush_denormal(True)


def path_of(kind: str, cell: str) -> Path:
    """Where the pipeline keeps a cell's table, e.g. results/models/<cell>/circuits/scan.csv."""
    return Path("results/models", cell, f"{kind}.csv")


def write_tables(tables: Tables, path: Callable[[str], Path]) -> None:
    """Write each table where `path` of its kind says, as soon as it is made.

    Says on stderr what is written, and after how many seconds.
    """
    begun = time.perf_counter()
    for kind, table in tables:
        write_csv(path(kind), table)
        print(f"{time.perf_counter() - begun:6.1f} s  {kind}", file=sys.stderr)


class Looked(NamedTuple):
    """A model, hooked, and what it is shown: the scenes at each reward-to-go, and pairs of windows
    that differ in one thing."""

    hooked: HookedDecisionTransformer
    fronts: "pd.Series[str]"
    windows: dict[float, Windows]
    pairs: list[Pairs]
    settings: Circuits

    @classmethod
    def at(
        cls,
        model: DecisionTransformer,
        scenes: Scenes,
        target_rtgs: list[float],
        settings: Circuits,
    ) -> Self:
        windows = {rtg: scenes.windows(rtg).to(model.W_pos.device) for rtg in target_rtgs}
        pairs = make_pairs(scenes, target_rtgs, settings.pairs, settings.seed)
        return cls(HookedDecisionTransformer(model), scenes.fronts, windows, pairs, settings)


def tables_for_claims(
    looked: Looked, steps: Num[np.ndarray, " max_steps"], scanned: list[float]
) -> Tables:
    """What the study's claims about a model's insides are judged by.

    `steps` counts the training steps at each time; `scanned` are the rewards-to-go of the scan.
    """
    hooked, fronts, windows, pairs, settings = looked
    model, seed, (shown, *_) = hooked.model, settings.seed, windows.values()
    yield "attribution", attribute(hooked, windows, fronts, seed)
    curves, thresholds = scan(model, shown, fronts, scanned, seed)
    yield "circuits/scan", curves
    yield "circuits/refusals", thresholds
    yield "circuits/rtg_embedding", rtg_projections(hooked, settings.random_directions, seed)
    yield "circuits/time_embedding", time_projections(model, steps)
    maps = [embedding_maps(model, shown), head_maps(hooked, windows)]
    mapped = pd.concat([table for table in maps if len(table)], ignore_index=True)
    yield "circuits/maps", mapped
    yield "circuits/front_cells", front_cells(mapped)
    yield "circuits/contrasts", contrast(hooked, pairs, seed)
    yield "circuits/attention", attention_by_front(hooked, pairs, seed)
    yield "circuits/spread", spread(model, shown, settings.initialisations)
    yield "circuits/frozen", freeze_attention(hooked, windows)
    yield "circuits/cut_attention", cut_attention(hooked, windows)
    yield "interventions/paths", patch_paths(beside_untrained(hooked), pairs, seed)


def further_tables(looked: Looked) -> Tables:
    """What else there is to see of a model's insides."""
    hooked, fronts, windows, pairs, settings = looked
    seed, models = settings.seed, beside_untrained(hooked)
    yield "circuits/score_terms", score_table(hooked, windows, fronts)
    yield "circuits/value_terms", value_table(hooked, windows, fronts)
    yield "circuits/singular_values", singular_values(hooked)
    yield "circuits/composition", compose(hooked, settings.initialisations)
    patched = patch_components(models, pairs, seed)
    gradients = integrated_gradients(hooked, pairs, seed)
    yield "interventions/patching", patched
    yield "interventions/gradients", gradients
    yield "interventions/methods", compare(patched, gradients)
    yield "interventions/reading", reading(models, pairs, seed)
    yield "interventions/neurons", top_neurons(hooked, pairs, settings.neurons, seed)
