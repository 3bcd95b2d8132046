"""One thin entry point per stage of dvc.yaml: read, call, write."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from dtlens.io.errors import one_line_errors
from dtlens.io.provenance import begin

# One stage, one thread, before any library reads it: `-jN` then scales, and no sum depends on how
# many cores share it.
os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"


def run(main: Callable[..., None]) -> None:
    """Run a stage on the command line's arguments; what a user can cause ends in one line."""
    module, *arguments = sys.argv
    begin(" ".join([f"python -m dtlens.stages.{Path(module).stem}", *arguments]))
    with one_line_errors():
        main(*arguments)
