"""The arms: groups of models that differ in run and seed alone, what they are called, and which of
them is whose."""

from dtlens.base.errors import UserError
from dtlens.model.cell import Cell
from dtlens.model.sheet import PATH, Sheet, condition, read_sheet

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
# The data, training and encoding of each.
CONDITIONS = {
    REPLICA: ("study", "study", "index"),
    "index": ("ours", "ours", "index"),
    "one_hot": ("ours", "ours", "one_hot"),
    "study_data": ("study", "ours", "index"),
    "study_optimisation": ("ours", "study", "index"),
}


def cells_by_arm(sheet: Sheet | None = None) -> dict[str, list[Cell]]:
    """The models of the sheet that are analysed; raises `UserError` if an arm has none."""
    cells = (sheet or read_sheet()).cells
    arms = {
        arm: [cell for cell in cells if condition(cell) == wanted]
        for arm, wanted in CONDITIONS.items()
    }
    for arm, own in arms.items():
        if not own:
            data, training, encoding = CONDITIONS[arm]
            raise UserError(
                f"{PATH}: analysed: no model of {data} data by {training} training, {encoding}:"
                " claims and figures compare them"
            )
    return arms
