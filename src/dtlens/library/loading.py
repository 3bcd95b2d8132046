"""A model from its name or file."""

from pathlib import Path

from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.library.project import find
from dtlens.library.study_checkpoints import load_any


def load(model: str | Path) -> HookedDecisionTransformer:
    """A model on TransformerLens; `model` is its name in the pipeline or the path of a file.

    A name is such as 1L-128d-2h-1k-index-ours-r1-ours-s1. A file may be one of the pipeline's
    (.safetensors), one of the study's code, or what `export_model` wrote: its content says which.
    `print` the model to see its architecture. Raises `UserError` naming what is missing, or what
    in the file is the first that does not fit, and what to change.
    """
    return HookedDecisionTransformer(load_any(find(model)))
