"""The arms: groups of models that differ in run and seed alone, what they are called, and which of
them is whose."""

from dtlens.base.settings import load
from dtlens.model.cell import Cell
from dtlens.model.sweeps import OfStudysCell

OWN, AGAIN = "post", "short"  # checkpoints of the study
REPLICA = "study"  # decides, beside the study's model, what comes back
OURS = ("index", "one_hot")
MIXED = ("study_data", "study_optimisation")  # between the recipes
TITLES = {
    OWN: "the study's model",
    AGAIN: "its re-trained model",
    REPLICA: "replica",
    "index": "our recipe, index",
    "one_hot": "our recipe, one-hot",
    "study_data": "study's data, our optimisation",
    "study_optimisation": "our data, study's optimisation",
}
STUDYS_CELL = Cell(layers=1, width=128, heads=2, context=1, encoding="index", seed=0)


def cells_by_arm() -> dict[str, list[Cell]]:
    """The models of params.yaml: the replica, ours by encoding, and those between."""
    sections = {name: load(name, OfStudysCell).cells for name in (REPLICA, "headline", *MIXED)}
    arms = {REPLICA: sections[REPLICA]}
    for cell in sections["headline"]:
        arms.setdefault(cell.encoding, []).append(cell)
    return arms | {name: sections[name] for name in MIXED}
