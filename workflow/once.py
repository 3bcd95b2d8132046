"""What DVC looks at again for every stage, looked at once.

It parses params.yaml for each stage that reads of it, and walks through all of it for each key. And
`dvc status` hashes a folder of the code once for each stage that depends on it.
"""

from contextlib import suppress
from functools import lru_cache, reduce
from operator import getitem
from pathlib import Path
from typing import Any

from dvc.commands.status import CmdDataStatus
from dvc.dependency.base import Dependency
from dvc.dependency.param import read_param_file as read_file
from dvc.fs import LocalFileSystem
from dvc.utils.serialize import load_path as parse

from workflow.lockfile import version

run_status, hash_of = CmdDataStatus.run, Dependency.get_hash


@lru_cache(maxsize=1)
def parse_once(path: str, at: tuple[int, ...], fs: Any) -> Any:
    """`parse`, for those who look again at the same version of the file; nobody changes it."""
    return parse(path, fs)


def read_param_file(
    fs: Any, path: str, key_paths: list[str] | None = None, flatten: bool = False, **options: Any
) -> Any:
    """DVC's, which gives the value of each key that is there. Another commit's file, all of one,
    one with options, and a key that is none of nested names, it reads itself."""
    if options or not (key_paths and flatten and isinstance(fs, LocalFileSystem)):
        return read_file(fs, path, key_paths, flatten, **options)
    settings, found = parse_once(path, version(Path(path)), fs), {}
    for key in key_paths:
        with suppress(KeyError, TypeError):  # it has no such key, or nothing below one
            found[key] = reduce(getitem, key.split("."), settings)
    others = [key for key in key_paths if key not in found]
    return found | (read_file(fs, path, others, flatten) if others else {})


def status(self: CmdDataStatus) -> Any:
    """`dvc status`, to which a file that several stages read is the same for all of them."""
    known: dict[str, Any] = {}

    def get_hash(self: Dependency) -> Any:
        if self.fs_path not in known:
            known[self.fs_path] = hash_of(self)
        return known[self.fs_path]

    Dependency.get_hash = get_hash  # the process ends with it
    return run_status(self)
