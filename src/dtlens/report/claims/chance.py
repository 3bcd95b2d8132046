"""How often untrained models hold the study's statements: those about weights and placed scenes.

They have the shape of the replica's models and are initialised like them. What is about play, about
data or about two models is not asked of them. Their heads are chosen, and ablated, by `zero`.
"""

from pathlib import Path

from dtlens.base.stage import run

import numpy as np
import pandas as pd
from tqdm import tqdm

from dtlens.analysis.behaviour.ablation import REFERENCES
from dtlens.analysis.behaviour.edits import bank_logits, bank_values, make_edits
from dtlens.analysis.behaviour.effects import effect_tables
from dtlens.analysis.circuits.attention import attention_by_front
from dtlens.analysis.circuits.attribution import contrast
from dtlens.analysis.circuits.embeddings import rtg_projections
from dtlens.analysis.circuits.maps import embedding_maps, front_cells, head_maps
from dtlens.analysis.circuits.scan import scan
from dtlens.analysis.circuits.settings import Circuits
from dtlens.analysis.circuits.spread import spread
from dtlens.analysis.interventions.paths import patch_paths
from dtlens.analysis.scenes.bank import Scenes, read_scenes
from dtlens.analysis.tables import Looked
from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.env.dynamic_obstacles import HIGH, LOW
from dtlens.env.settings import Environment
from dtlens.model.initialise import initialise_as_study
from dtlens.model.settings import Training
from dtlens.model.transformer import DecisionTransformer
from dtlens.play.settings import Calibration
from dtlens.report.arms import REPLICA, cells_by_arm
from dtlens.report.claims.evidence import RESULTS, Model
from dtlens.report.claims.judge import decisive, judged
from dtlens.report.claims.listed import CLAIMS
from dtlens.report.claims.measures import of_model
from dtlens.report.settings import Chance


def ablated(looked: Looked) -> dict[str, pd.DataFrame]:
    """The tables of ablation in placed scenes, and of Shapley values."""
    seen = {1: looked.windows[HIGH]}  # whatever it is: zero is zero
    edits = make_edits(looked.hooked.model, seen, REFERENCES[:1], looked.settings.seed)
    values = bank_values(bank_logits(edits, looked.windows), looked.fronts)
    generator = np.random.default_rng(looked.settings.seed)
    effects, shapley = effect_tables(edits, values, list(looked.windows), generator)
    return {"ablation": effects, "shapley": shapley.assign(reference="mean")}  # to choose heads by


def tables(model: DecisionTransformer, scenes: Scenes, scanned: list[float]) -> Model:
    """What statements without play are judged by, as the pipeline's tables of a model."""
    looked = Looked.at(model, scenes, [LOW, HIGH], load("circuits", Circuits))
    hooked, seed, shown = looked.hooked, looked.settings.seed, looked.windows[HIGH]
    obstacles = scenes.select((scenes.fronts == "obstacle").to_numpy())
    pairs = [pairs for pairs in looked.pairs if pairs.rtg == HIGH]
    maps = pd.concat([embedding_maps(model, shown), head_maps(hooked, looked.windows)])
    found = ablated(looked) | {
        "circuits/scan": scan(model, obstacles.windows(HIGH), obstacles.fronts, scanned, seed)[0],
        "circuits/rtg_embedding": rtg_projections(hooked, looked.settings.random_directions, seed),
        "circuits/maps": maps,
        "circuits/front_cells": front_cells(maps),
        "circuits/contrasts": contrast(hooked, pairs, seed),
        "circuits/attention": attention_by_front(hooked, pairs, seed),
        "circuits/spread": spread(model, shown, 1),
        "interventions/paths": patch_paths({"trained": hooked}, pairs[:1], seed),
    }
    return Model(model.cell, found.get)


def chance() -> pd.DataFrame:
    """Columns: claim, measure, k (models it holds in), n."""
    settings, cell = load("chance", Chance), cells_by_arm()[REPLICA][0]
    as_study = load(f"training.{cell.optimisation}", Training).initialisation == "study"
    scenes = read_scenes(Path("data/scenes.parquet")).sample(settings.per_front, 0)
    limit, scanned = load("environment", Environment).max_steps, load("calibration", Calibration)
    found = []
    for seed in tqdm(range(settings.models), unit="model", mininterval=1):
        untrained = cell.model_copy(update={"seed": seed, "recipe": None})  # learned from nothing
        model = DecisionTransformer(untrained, limit)
        if as_study:
            initialise_as_study(model)
        measures = of_model(CLAIMS, tables(model, scenes, scanned.rtg.grid))
        found.append(decisive(judged(measures, CLAIMS)))
    holds = pd.concat(found).groupby(["claim", "measure"], sort=False)["holds"]
    return holds.agg(k="sum", n="size").reset_index()


def main() -> None:
    write_csv(RESULTS / "chance.csv", chance())


if __name__ == "__main__":
    run(main)
