"""DVC as both engines use it: `dvc` of .venv, and `python -m workflow.dvc`.

DVC reads and writes all of dvc.lock for each stage that runs, and looks for each at what all read.
It takes a read-only file in its cache for whole, whatever it holds. It counts in a folder what no
stage makes any more. It records what a stage reads as it is when the stage ends. It refuses to run
without git. And `dvc repro` does not go on after one that was killed.
"""

import sys
from contextlib import chdir, suppress
from typing import Any

from dvc.cli import main as run_dvc
from dvc.commands.repro import CmdRepro
from dvc.exceptions import NotDvcRepoError
from dvc.repo import Repo
from dvc.scm import SCM, Git, NoSCM, SCMError
from dvc_data.hashfile.db import HashFileDB
from dvc_data.hashfile.state import StateNoop
from dvc_objects.errors import ObjectFormatError

from dtlens.base.errors import one_line_errors
from workflow.code import write_code
from workflow.edits import cmd_run, say_what_is_edited
from workflow.lockfile import load, modify, to_lockfile
from workflow.orphans import WithoutOrphans, remove_orphans
from workflow.recovery import acquire_run_lock, join_run
from workflow.replace import replace
from workflow.warm import run_stage

run_repro = CmdRepro.run


def check(self: HashFileDB, oid: str, *arguments: Any, **options: Any) -> Any:
    """`LocalHashFileDB.check` less its trust: a file that is not what its name says is removed.

    `self.state` remembers the hashes of files whose times have not changed since.
    """
    try:
        return HashFileDB.check(self, oid, *arguments, **options)
    except ObjectFormatError:
        print(f"{self.oid_to_path(oid)}: damaged, so removed from the cache", file=sys.stderr)
        raise


def run(self: CmdRepro) -> Any:
    """`dvc repro` that checks all settings, and trusts no remembered hash of what it restores.

    With `--single-item` it is a job of a run; else it is a run of its own.
    """
    self.repo.cache.local.state = StateNoop()
    if self.args.single_item:
        with one_line_errors():
            join_run()
    if self.args.single_item or self.args.dry:
        return run_repro(self)
    from dtlens.params import load_params  # imports what takes longer than a short job

    with one_line_errors():
        load_params()
    acquire_run_lock()
    remove_orphans(self.repo)
    with say_what_is_edited():
        return run_repro(self)


def find_git(
    root_dir: str, *, search_parent_directories: bool = True, no_scm: bool = False
) -> Git | NoSCM:
    """DVC's `SCM`, but in an unpacked ZIP nothing is found, and that is no error.

    What compares commits still says that it needs git.
    """
    try:
        return SCM(root_dir, search_parent_directories=search_parent_directories, no_scm=no_scm)
    except SCMError:
        return SCM(root_dir, no_scm=True)


def patch_lockfile_io() -> None:
    """Make DVC read and write dvc.lock a stage at a time, less sizes, and replace it whole, in this
    process."""
    replace("dvc.dvcfile:Lockfile", "load", load)
    replace("dvc.dvcfile", "modify_yaml", modify)
    replace("dvc.stage.serialize", "to_lockfile", to_lockfile)


def check_cache() -> None:
    """Make DVC look into its cache in this process."""
    replace("dvc_data.hashfile.db.local:LocalHashFileDB", "check", check)


def overlook_orphans() -> None:
    """Make DVC see in a folder that a stage reads what is there after a run, in this process."""
    replace("dvc.dependency.base:Dependency", "dvcignore", property(WithoutOrphans))


def do_without_git() -> None:
    """Make DVC work in a folder that is in no git repository, in this process."""
    replace("dvc.scm", "SCM", find_git)


def main() -> None:
    """Be `dvc`."""
    with one_line_errors():
        with suppress(NotDvcRepoError), chdir(Repo.find_root()):
            write_code()
        patch_lockfile_io()
        check_cache()
        overlook_orphans()
        do_without_git()
        replace("dvc.commands.repro:CmdRepro", "run", run)
        replace("dvc.stage.run", "cmd_run", cmd_run)
        replace("dvc.stage.run", "_run", run_stage)
    sys.exit(run_dvc(sys.argv[1:]))


if __name__ == "__main__":
    main()
