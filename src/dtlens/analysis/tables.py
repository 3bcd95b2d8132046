"""All tables about one model's insides, by name: the pipeline's, and those of any other.

The model is hooked once, and the scenes are shown once at each reward-to-go: every analysis is a
function of the hooked model, windows by reward-to-go, the objects in front, and a seed.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Num

from dtlens.base.files import write_csv
from dtlens.circuits.attention import attention_by_front
from dtlens.circuits.attribution import attribute
from dtlens.circuits.composition import compose
from dtlens.circuits.embeddings import rtg_projections, time_projections
from dtlens.circuits.maps import embedding_maps, front_cells, head_maps
from dtlens.circuits.scan import scan
from dtlens.circuits.settings import Circuits
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

Tables = dict[str, pd.DataFrame]


def all_tables(
    model: DecisionTransformer,
    scenes: Scenes,
    steps: Num[np.ndarray, " max_steps"],
    target_rtgs: list[float],
    scanned: list[float],
    settings: Circuits,
) -> Iterator[tuple[str, pd.DataFrame | Tables]]:
    """Each part's name, and its table or tables.

    `steps` counts the training steps at each time; `scanned` are the rewards-to-go of the scan,
    `target_rtgs` the few that the other tables look at.
    """
    hooked, fronts = HookedDecisionTransformer(model), scenes.fronts
    windows = {rtg: scenes.windows(rtg).to(model.W_pos.device) for rtg in target_rtgs}
    yield "attribution", attribute(hooked, windows, fronts, settings.seed)
    yield "circuits", circuit_tables(hooked, windows, fronts, steps, scanned, settings)
    pairs = make_pairs(scenes, target_rtgs, settings.pairs, settings.seed)
    yield "interventions", intervention_tables(hooked, pairs, settings)


def circuit_tables(
    hooked: HookedDecisionTransformer,
    windows: dict[float, Windows],
    fronts: "pd.Series[str]",
    steps: Num[np.ndarray, " max_steps"],
    scanned: list[float],
    settings: Circuits,
) -> Tables:
    """What weights and placed scenes say of the model, without a change to it."""
    model, seed, (shown, *_) = hooked.model, settings.seed, windows.values()
    maps = [embedding_maps(model, shown), head_maps(hooked, windows)]
    table = pd.concat([part for part in maps if len(part)], ignore_index=True)
    curves, thresholds = scan(model, shown, fronts, scanned, seed)
    return {
        "scan": curves,
        "refusals": thresholds,
        "rtg_embedding": rtg_projections(model, settings.random_directions, seed),
        "time_embedding": time_projections(model, steps),
        "maps": table,
        "front_cells": front_cells(table),
        "attention": attention_by_front(hooked, windows, fronts, seed),
        "score_terms": score_table(hooked, windows, fronts),
        "value_terms": value_table(hooked, windows, fronts),
        "singular_values": singular_values(hooked),
        "composition": compose(hooked, settings.initialisations),
        "cut_attention": cut_attention(hooked, windows),
    }


def intervention_tables(
    hooked: HookedDecisionTransformer, pairs: list[Pairs], settings: Circuits
) -> Tables:
    """What patching says, beside what gradients say, and the neurons behind it."""
    seed, models = settings.seed, beside_untrained(hooked)
    patched = patch_components(models, pairs, seed)
    gradients = integrated_gradients(hooked, pairs, seed)
    return {
        "patching": patched,
        "paths": patch_paths(models, pairs, seed),
        "gradients": gradients,
        "methods": compare(patched, gradients),
        "reading": reading(models, pairs, seed),
        "neurons": top_neurons(hooked, pairs, settings.neurons, seed),
    }


def write_tables(path: Path, made: pd.DataFrame | Tables) -> None:
    """Write a table to `path`.csv, or tables into the folder `path`."""
    if isinstance(made, pd.DataFrame):
        write_csv(path.with_name(f"{path.name}.csv"), made)
    else:
        for kind, table in made.items():
            write_csv(path / f"{kind}.csv", table)
