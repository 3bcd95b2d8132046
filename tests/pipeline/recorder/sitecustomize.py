"""On PYTHONPATH, writes down the stages that start, in the file that STARTED names."""

import os
import sys

if sys.orig_argv[1:2] == ["-m"] and sys.orig_argv[2].startswith("dtlens."):
    with open(os.environ["STARTED"], "a") as started:  # noqa: PTH123 (pathlib takes its time)
        print(*sys.orig_argv[2:], file=started)
