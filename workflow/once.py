"""What DVC looks at again for every stage, looked at once.

It parses params.yaml for each stage that reads of it, and `dvc status` hashes a folder of the code
once for each stage that depends on it: half of the time of one, and a third of that of the other.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from dvc.commands.status import CmdDataStatus
from dvc.dependency.base import Dependency
from dvc.fs import LocalFileSystem
from dvc.utils.serialize import load_path as parse

run_status, hash_of = CmdDataStatus.run, Dependency.get_hash


@lru_cache(maxsize=1)
def parse_once(path: str, version: tuple[int, ...], fs: Any) -> Any:
    """`parse`, for those who look again at the same version of the file; nobody changes it."""
    return parse(path, fs)


def load_path(fs_path: str, fs: Any, **options: Any) -> Any:
    """DVC's, of a file of parameters; another commit's are parsed each time."""
    if options or not isinstance(fs, LocalFileSystem) or not Path(fs_path).exists():
        return parse(fs_path, fs, **options)
    stat = Path(fs_path).stat()
    return parse_once(fs_path, (stat.st_ino, stat.st_mtime_ns, stat.st_size), fs)


def status(self: CmdDataStatus) -> Any:
    """`dvc status`, to which a file that several stages read is the same for all of them."""
    known: dict[str, Any] = {}

    def get_hash(self: Dependency) -> Any:
        if self.fs_path not in known:
            known[self.fs_path] = hash_of(self)
        return known[self.fs_path]

    Dependency.get_hash = get_hash  # the process ends with it
    return run_status(self)
