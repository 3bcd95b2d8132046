"""All tables about one model's insides, by kind: the pipeline's, and those of any other.

The model is hooked once, and the scenes are shown once at each reward-to-go: every analysis is a
function of the hooked model, windows by reward-to-go or pairs of windows, and a seed.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from jaxtyping import Num

from dtlens.circuits.attention import attention_by_front
from dtlens.circuits.attribution import attribute, contrast
from dtlens.circuits.composition import compose
from dtlens.circuits.embeddings import rtg_projections, time_projections
from dtlens.circuits.frozen import freeze_attention
from dtlens.circuits.maps import embedding_maps, front_cells, head_maps
from dtlens.circuits.scan import scan
from dtlens.circuits.settings import Circuits
from dtlens.circuits.spread import spread
from dtlens.circuits.svd import singular_values
from dtlens.circuits.terms import score_table, value_table
from dtlens.interventions.gradients import compare, integrated_gradients
from dtlens.interventions.neurons import reading, top_neurons
from dtlens.interventions.patching import patch_components
from dtlens.interventions.paths import cut_attention, patch_paths
from dtlens.lens.hooked_model import HookedDecisionTransformer, beside_untrained
from dtlens.model.transformer import DecisionTransformer, Windows
from dtlens.scenes.bank import Scenes
from dtlens.scenes.pairs import Pairs, make_pairs

Tables = Iterator[tuple[str, pd.DataFrame]]  # each after its kind, as in "circuits/scan"

# Weight decay leaves neurons that never fire with weights below a float's normal range, with which
# products take a hundred times as long (those of the study's own model do): here they count as 0.
torch.set_flush_denormal(True)


def path_of(kind: str, cell: str) -> Path:
    """Where the pipeline keeps a cell's table: results/attribution/<cell>.csv of "attribution",
    results/circuits/<cell>/scan.csv of "circuits/scan"."""
    folder, *name = kind.split("/")
    return Path("results", folder, "/".join([cell, *name]) + ".csv")


def all_tables(
    model: DecisionTransformer,
    scenes: Scenes,
    steps: Num[np.ndarray, " max_steps"],
    target_rtgs: list[float],
    scanned: list[float],
    settings: Circuits,
) -> Tables:
    """`tables_for_claims`, and what else there is to see."""
    yield from tables_for_claims(model, scenes, steps, target_rtgs, scanned, settings)
    seed, fronts = settings.seed, scenes.fronts
    hooked, windows, pairs = looked_at(model, scenes, target_rtgs, settings)
    yield "circuits/score_terms", score_table(hooked, windows, fronts)
    yield "circuits/value_terms", value_table(hooked, windows, fronts)
    yield "circuits/singular_values", singular_values(hooked)
    yield "circuits/composition", compose(hooked, settings.initialisations)
    models = beside_untrained(hooked)
    patched = patch_components(models, pairs, seed)
    gradients = integrated_gradients(hooked, pairs, seed)
    yield "interventions/patching", patched
    yield "interventions/gradients", gradients
    yield "interventions/methods", compare(patched, gradients)
    yield "interventions/reading", reading(models, pairs, seed)
    yield "interventions/neurons", top_neurons(hooked, pairs, settings.neurons, seed)


def tables_for_claims(
    model: DecisionTransformer,
    scenes: Scenes,
    steps: Num[np.ndarray, " max_steps"],
    target_rtgs: list[float],
    scanned: list[float],
    settings: Circuits,
) -> Tables:
    """What the study's claims about a model's insides are judged by.

    `steps` counts the training steps at each time; `scanned` are the rewards-to-go of the scan,
    `target_rtgs` the few that the other tables look at.
    """
    seed, fronts = settings.seed, scenes.fronts
    hooked, windows, pairs = looked_at(model, scenes, target_rtgs, settings)
    shown, *_ = windows.values()
    yield "attribution", attribute(hooked, windows, fronts, seed)
    curves, thresholds = scan(model, shown, fronts, scanned, seed)
    yield "circuits/scan", curves
    yield "circuits/refusals", thresholds
    yield (
        "circuits/rtg_embedding",
        rtg_projections(hooked, settings.random_directions, seed),
    )
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


def looked_at(
    model: DecisionTransformer, scenes: Scenes, target_rtgs: list[float], settings: Circuits
) -> tuple[HookedDecisionTransformer, dict[float, Windows], list[Pairs]]:
    """The model, hooked; the scenes at each reward-to-go; pairs of windows that differ in one
    thing."""
    windows = {rtg: scenes.windows(rtg).to(model.W_pos.device) for rtg in target_rtgs}
    pairs = make_pairs(scenes, target_rtgs, settings.pairs, settings.seed)
    return HookedDecisionTransformer(model), windows, pairs
