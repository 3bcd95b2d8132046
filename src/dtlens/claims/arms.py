"""Whom a claim is asked of: the study's own models, its recipe, and ours."""

from pathlib import Path

import pandas as pd

from dtlens.base.settings import load
from dtlens.claims.evidence import Model, Study, of_results, read
from dtlens.sweeps import OfStudysCell

# Checkpoints of the study: what `dtlens judge` found in each, kept with the project.
REFERENCES = Path("references")
OWN, AGAIN = "post", "short"
CHECKPOINTS = {OWN: "the study's model", AGAIN: "its re-trained model"}
RECIPE = "study"
ARMS = {
    **CHECKPOINTS,
    RECIPE: "the study's recipe",
    "index": "our recipe, index",
    "one_hot": "our recipe, one-hot",
}
# Models between the recipes, by which effects are told apart; no claim is judged by them.
MIXED = {
    "study_data": "the study's data, our optimisation",
    "study_optimisation": "our data, the study's optimisation",
}


def arms() -> Study:
    """The models of every arm that params.yaml names."""
    sweeps = {name: load(name, OfStudysCell).cells for name in ("headline", RECIPE, *MIXED)}
    headline = sweeps.pop("headline")
    for cell in headline:
        sweeps.setdefault(cell.encoding, []).append(cell)
    return Study(
        {
            name: [Model(cell, of_results(cell)) for cell in sweeps[name]]
            for name in (*ARMS, *MIXED)
            if name in sweeps
        }
    )


def references() -> dict[str, pd.DataFrame]:
    """What was measured of the study's checkpoints, by arm."""
    tables = {name: read(REFERENCES / f"{name}.csv") for name in CHECKPOINTS}
    return {name: table.fillna({"reference": ""}) for name, table in tables.items()}
