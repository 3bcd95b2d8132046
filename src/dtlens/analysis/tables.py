"""All tables about one checkpoint's circuits, by name: the pipeline's, and those of any other."""

from functools import partial

import numpy as np
import pandas as pd
from jaxtyping import Float, Num

from dtlens.behaviour.on_policy import on_policy, visited
from dtlens.circuits.attention import attention_by_front
from dtlens.circuits.composition import compose
from dtlens.circuits.embeddings import rtg_projections, time_projections
from dtlens.circuits.maps import embedding_maps, front_cells, head_maps
from dtlens.circuits.scan import scan
from dtlens.circuits.settings import Circuits
from dtlens.circuits.svd import singular_values
from dtlens.circuits.terms import score_table, value_table
from dtlens.interventions.gradients import compare, integrated_gradients
from dtlens.interventions.neurons import reading, refusing
from dtlens.interventions.patching import patch_components
from dtlens.interventions.paths import cut_attention, patch_paths
from dtlens.model.transformer import DecisionTransformer
from dtlens.play.rollouts import Policy, play_model
from dtlens.scenes.pairs import Scenes, make_pairs
from dtlens.task.episodes import Episodes
from dtlens.task.settings import Environment

Tables = dict[str, pd.DataFrame]


def circuit_tables(
    model: DecisionTransformer,
    scenes: Scenes,
    steps: Num[np.ndarray, " max_steps"],
    requests: tuple[list[float], list[float]],
    settings: Circuits,
    device: str,
) -> Tables:
    """What weights and placed scenes say of the model, without a change to it.

    `steps` counts the training steps at each time; `requests` are those of the scan, and the few
    that the other tables look at.
    """
    scanned, rtgs = requests
    seed, views = settings.seed, scenes[1]
    maps = [embedding_maps(model, views, device), head_maps(model, scenes, rtgs, device)]
    table = pd.concat([part for part in maps if len(part)], ignore_index=True)
    curves, refusals = scan(model, scenes, scanned, seed, device)
    return {
        "scan": curves,
        "refusals": refusals,
        "rtg_embedding": rtg_projections(model, settings.random_directions, seed),
        "time_embedding": time_projections(model, steps),
        "maps": table,
        "front_cells": front_cells(table),
        "attention": attention_by_front(model, scenes, rtgs, seed, device),
        "score_terms": score_table(model, scenes, rtgs, device),
        "value_terms": value_table(model, scenes, rtgs, device),
        "singular_values": singular_values(model),
        "composition": compose(model, settings.initialisations),
        "cut_attention": cut_attention(model, scenes, rtgs, device),
    }


def intervention_tables(
    model: DecisionTransformer,
    scenes: Scenes,
    rtgs: list[float],
    settings: Circuits,
    device: str,
) -> Tables:
    """What patching says, beside what gradients say, and the neurons behind it."""
    seed = settings.seed
    sets = make_pairs(scenes, rtgs, settings.pairs, seed, device)
    patched = patch_components(model, sets, seed)
    gradients = integrated_gradients(model, sets, seed)
    return {
        "patching": patched,
        "paths": patch_paths(model, sets, seed),
        "gradients": gradients,
        "methods": compare(patched, gradients),
        "reading": reading(model, sets, seed),
        "neurons": refusing(model, sets, settings.neurons, seed),
    }


def on_policy_table(
    model: DecisionTransformer,
    rtgs: list[float],
    settings: Circuits,
    environment: Environment,
    device: str,
) -> pd.DataFrame:
    """What the model does in the states of its own play (see `on_policy`)."""

    def played(policy: Policy, asked: Float[np.ndarray, " episode"]) -> Episodes:
        return play_model(policy, model.cell.context, asked, environment, settings.seed, device)

    steps = visited(partial(model, last=True), played, rtgs, settings.episodes)
    return on_policy(steps, settings.seed)
