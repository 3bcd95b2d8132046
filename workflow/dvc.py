"""`dvc` of .venv, and of each Snakemake job as `python -m workflow.dvc`: DVC as is wanted here.

It finds `code/` up to date; `dvc repro` has the folder alone, and removes what no stage makes any
more; and a folder without git is no error.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, chdir, contextmanager, nullcontext, suppress
from pathlib import Path

from dvc.cli import DvcParserError, parse_args
from dvc.cli import main as run_dvc
from dvc.commands.repro import CmdRepro
from dvc.exceptions import DvcException, NotDvcRepoError
from dvc.repo import Repo

from dtlens.base.errors import UserError
from dtlens.lineage.code import write_code
from workflow.edit_guard import say_what_is_edited
from workflow.lockfile import recorded
from workflow.recovery import hold_folder, join_run
from workflow.replaced import install
from workflow.stale_outputs import remove_stale_outputs


@contextmanager
def one_line_errors() -> Iterator[None]:
    """End the process on an error of DVC's or a user's with one line on stderr."""
    try:
        yield
    except (UserError, DvcException) as error:
        sys.exit(f"error: {' '.join(str(error).split())}")


def prepare() -> None:
    """In the project's folder, make all ready that DVC looks at, and DVC itself in this process.

    Raises `UserError` if a stage's code is not Python, dvc.lock is damaged, or DVC is another.
    """
    install()
    write_code()
    recorded(Path())  # or it is damaged
    here = Path.cwd()
    if not any((folder / ".git").exists() for folder in (here, *here.parents)):
        os.environ["DVC_SYSTEM_CONFIG_DIR"] = str(Path(__file__).with_name("without_git"))


def begin_run() -> None:
    """Have the folder alone, with nothing in it that no stage makes.

    Raises `UserError` if params.yaml is wrong, or another run is at work.
    """
    from dtlens.params import load_params  # imports what takes longer than a short job

    load_params()
    hold_folder()
    remove_stale_outputs(Repo(_wait_for_lock=True))


def main() -> None:
    """Be `dvc`."""
    words = sys.argv[1:]
    guard: AbstractContextManager[None] = nullcontext()
    try:
        args = parse_args(words)
    except DvcParserError:  # which has said what is wrong
        sys.exit(254)
    with suppress(NotDvcRepoError), chdir(Repo.find_root()), one_line_errors():
        if Path("workflow/dvc.py").exists():  # else it is another project
            prepare()
            if args.func is CmdRepro and args.single_item:
                join_run()
            elif args.func is CmdRepro and not args.dry:
                begin_run()
                guard = say_what_is_edited(Path.cwd())
    with guard:
        status = run_dvc(words)
    sys.exit(status)


if __name__ == "__main__":
    main()
