"""What the entry of a stage of dvc.yaml runs in: one thread, and one line for an error."""

import os
import sys
from collections.abc import Callable

from dtlens.base.errors import one_line_errors

# One stage, one thread, before any library reads it: `-jN` then scales, and no sum depends on how
# many cores share it.
os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"


def run(main: Callable[..., None]) -> None:
    """Run a stage on the command line's arguments; what a user can cause ends in one line."""
    with one_line_errors():
        main(*sys.argv[1:])
