"""The arms: groups of models that differ in run and seed alone, and what they are called."""

from dtlens.base.settings import load
from dtlens.model.cell import Cell
from dtlens.model.sweeps import OfStudysCell

OWN, AGAIN = "post", "short"  # checkpoints of the study
RECIPE = "study"
MIXED = ("study_data", "study_optimisation")  # between the recipes
TITLES = {
    OWN: "the study's model",
    AGAIN: "its re-trained model",
    RECIPE: "the study's recipe",
    "index": "our recipe, index",
    "one_hot": "our recipe, one-hot",
    "study_data": "study's data, our optimisation",
    "study_optimisation": "our data, study's optimisation",
}


def cells_by_arm() -> dict[str, list[Cell]]:
    """The models of params.yaml: the study's recipe, ours by encoding, and those between."""
    sections = {name: load(name, OfStudysCell).cells for name in (RECIPE, "headline", *MIXED)}
    arms = {RECIPE: sections[RECIPE]}
    for cell in sections["headline"]:
        arms.setdefault(cell.encoding, []).append(cell)
    return arms | {name: sections[name] for name in MIXED}
