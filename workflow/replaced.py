"""What is replaced inside DVC: all of it, why, and where upstream stands.

Nothing inside Snakemake is. Ours stands in for upstream's code as it was read: where that is other
code by now, nothing starts, and one line says which.
"""

import hashlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from dvc_data.hashfile.db.local import LocalHashFileDB
from dvc_data.hashfile.hash import hash_file
from dvc_objects.errors import ObjectFormatError

from dtlens.base.errors import UserError
from workflow.edit_guard import cmd_run
from workflow.lockfile import modify_yaml
from workflow.warm import run_stage


class Replaced(NamedTuple):
    """A function of a library, with the beginning of its source's SHA-256."""

    owner: str
    name: str
    source: str
    ours: Callable[..., Any]
    why: str
    upstream: str


def check(self: LocalHashFileDB, oid: str, check_hash: bool = True, _info: Any = None) -> Any:
    """DVC's, which passes a read-only file; here a file whose content has another hash goes.

    It is hashed each time: a bad sector changes no time.
    """
    path = self.oid_to_path(oid)
    meta, found = hash_file(path, self.fs, self.hash_name, state=None, info=_info)
    if check_hash and str(found.value).split(".")[0] != oid.split(".")[0]:
        print(f"{path}: damaged, so removed from the cache", file=sys.stderr)
        with suppress(FileNotFoundError):
            self.fs.remove(path)
        raise ObjectFormatError(f"{path} is corrupted")
    self.protect(path)
    return meta


TABLE = (
    Replaced(
        *("dvc.dvcfile", "modify_yaml", "f12395", modify_yaml),
        why="writes dvc.lock in place, so that a kill tears it, and takes four seconds to do so",
        upstream="none found",
    ),
    Replaced(
        *("dvc.stage.run", "cmd_run", "d2696e", cmd_run),
        why="what is edited while a stage runs is recorded as what made its outputs",
        upstream="https://github.com/treeverse/dvc/issues/11058",
    ),
    Replaced(
        *("dvc.stage.run", "_run", "4ee995", run_stage),
        why="starts a shell and a Python for each stage, which imports for seconds what all share",
        upstream="none found",
    ),
    Replaced(
        *("dvc_data.hashfile.db.local:LocalHashFileDB", "check", "ec2a12", check),
        why="a read-only file in the cache is taken for whole, whatever it holds",
        upstream="https://github.com/treeverse/dvc/issues/5978",
    ),
)


def source_of(function: Callable[..., Any]) -> str:
    return hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:6]


def install() -> None:
    """Replace all that the table has, in this process.

    Raises `UserError` if upstream's code is not what it was when ours was written.
    """
    for entry in TABLE:
        try:
            owner = pkgutil.resolve_name(entry.owner)
            found = source_of(getattr(owner, entry.name))
        except (ImportError, AttributeError, TypeError, OSError):
            found = "gone"
        if found != entry.source:
            package = re.split("[.:]", entry.owner)[0].replace("_", "-")
            pins = Path(__file__).parents[1].joinpath("requirements.lock").read_text("utf-8")
            (pin,) = re.findall(rf"^{package}==(\S+)", pins, re.M)
            raise UserError(
                f"workflow/replaced.py: {entry.owner}.{entry.name} of {package} {version(package)}"
                f" is {found}, not {entry.source} as in {package} {pin}: install that one"
            )
        setattr(owner, entry.name, entry.ours)
