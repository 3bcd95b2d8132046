"""On PYTHONPATH, writes down the stages that start, in the file that STARTED names."""

import os
import runpy
import sys

run_code = runpy._run_code


def recorded(code, run_globals, init_globals=None, mod_name=None, mod_spec=None, *rest):
    """What `python -m` and `run_module` end in, whether or not the process is a new one."""
    name = mod_spec.name.removesuffix(".__main__")
    if name.startswith("dtlens."):
        with open(os.environ["STARTED"], "a") as started:  # noqa: PTH123 (pathlib takes its time)
            print(name, *sys.argv[1:], file=started)
        if name not in sys.orig_argv:
            with open(os.environ["STARTED"] + "-by-fork", "a") as forked:  # noqa: PTH123
                print(name, *sys.argv[1:], file=forked)
    try:
        return run_code(code, run_globals, init_globals, mod_name, mod_spec, *rest)
    finally:
        if name.startswith("dtlens."):
            with open(os.environ["STARTED"] + "-imported", "a") as imported:  # noqa: PTH123
                print(name, *(m for m in sys.modules if m.startswith("dtlens.")), file=imported)


runpy._run_code = recorded
