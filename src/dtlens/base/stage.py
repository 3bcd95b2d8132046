"""What the entry of a stage of dvc.yaml runs in: one thread, and one line for an error."""

import os
import sys
from collections.abc import Callable

from dtlens.base.errors import one_line_errors
from dtlens.base.provenance import begin

# One stage, one thread, before any library reads it: `-jN` then scales, and no sum depends on how
# many cores share it.
os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"


def run(main: Callable[..., None]) -> None:
    """Run a stage on the command line's arguments; what a user can cause ends in one line."""
    spec = sys.modules["__main__"].__spec__
    assert spec, "a stage is run by python -m"
    arguments = sys.argv[1:]
    begin(" ".join(["python -m", spec.name.removesuffix(".__main__"), *arguments]))
    with one_line_errors():
        main(*arguments)
