"""Models that are compared, or set beside each other, must be alike in all but one thing."""

from collections.abc import Iterator

from dtlens.model.sweeps import Sweep, Trained

LAYERS, HEADS = 1, 2  # of the models that claims and figures ask for the roles of heads
# Groups of models that are compared: each section holds one value of these keys, or that of another
# section, as the study's data with our optimisation, `study_data`, has half from each.
ALIKE: dict[str, dict[str, str | None]] = {
    "headline": {"model": None, "recipe": None, "optimisation": None},
    "study": {"model": "headline", "encoding": None, "recipe": None, "optimisation": None},
    "study_one_hot": {"model": "headline", "recipe": "study", "optimisation": "study"},
    "study_data": {
        "model": "headline",
        "encoding": "study",
        "recipe": "study",
        "optimisation": "headline",
    },
    "study_optimisation": {
        "model": "headline",
        "encoding": "study",
        "recipe": "headline",
        "optimisation": "study",
    },
    "over_time": {"model": "headline", "encoding": None, "recipe": None, "optimisation": None},
    "grid": {"encoding": None, "recipe": None, "optimisation": None},
    "control": {
        "encoding": "grid",
        "recipe": "grid",
        "optimisation": "grid",
        "predictions": "grid",
    },
}


def unlike(sweeps: dict[str, Trained]) -> Iterator[str]:
    """What is wrong with groups that a claim, an effect or a figure compares; by their section."""
    for cell in sweeps["headline"].cells:
        if (cell.layers, cell.heads) != (LAYERS, HEADS):
            yield (
                f"headline.model: {cell.layers}L with {cell.heads}h: claims and figures ask for"
                f" the roles of {HEADS} heads in {LAYERS} layer; other shapes go into grid"
            )
    for section, keys in ALIKE.items():
        for key, other in keys.items():
            own = getattr(sweeps[section], key)
            if other and own != (wanted := getattr(sweeps[other], key)):
                yield (
                    f"{section}.{key}: must be that of {other}, {wanted}, with which its"
                    " models are compared"
                )
            if not other and len(own) > 1:
                yield (
                    f"{section}.{key}: takes one value: claims and figures have these models"
                    " as one group"
                )


def without_like(section: str, sweep: Sweep, recipe: str, headline: Sweep) -> Iterator[str]:
    """Models whose like, the same of another recipe of data, is none of `headline`'s."""
    for cell in sweep.cells:
        like = cell.model_copy(update={"recipe": recipe}).name
        if like not in headline.names:
            yield (
                f"{section}: {cell.name} is set beside {like}, which headline has not:"
                " give both the same model, encoding, run, optimisation and seed"
            )
