"""dvc.lock, a stage at a time: what a job reads and writes of it is its own entry.

DVC parses all of dvc.lock for each stage that runs, again, to keep comments that it has not, before
it writes it, and writes it in place: 7 seconds for 200 stages, and a kill tears the file. Here an
entry is parsed when somebody asks for it, and what nobody asked for is written back as it stood.
"""

import re
from collections import OrderedDict, UserDict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
import yaml12
from dvc import dvcfile
from dvc.exceptions import DvcException
from dvc.repo import Repo
from dvc.stage import serialize
from dvc.utils.serialize import modify_yaml

HEAD = "schema: '2.0'\n"
STAGES = "stages:\n"
EMPTY = f"{HEAD}stages: {{}}\n"
ENTRY = re.compile(r"^  (?! ).+:\n", re.M)
entry_by_dvc = serialize.to_lockfile


class Dumper(yaml.CSafeDumper):
    """DVC's style, though of YAML 1.1; quotes what 1.2 calls a number: a hash such as 12e4..."""

    def ignore_aliases(self, data: Any) -> bool:
        """What params.yaml says once for several (`*small`) is written out: a name that one entry
        gives would be another's in the same file."""
        return True


Dumper.add_representer(OrderedDict, Dumper.represent_dict)
NUMBER = re.compile(r"[-+]?\d+[eE][-+]?\d+$")
Dumper.add_implicit_resolver("tag:yaml.org,2002:float", NUMBER, list("-+0123456789"))


def dump(data: dict[str, Any]) -> str:
    return yaml.dump(data, Dumper=Dumper, sort_keys=False)


class Entries(UserDict[str, Any]):
    """The stages of a dvc.lock by name; an entry is text until somebody asks for it.

    Raises `DvcException` where the text is not what a dvc.lock holds: on splitting it, or when the
    entry is asked for.
    """

    def __init__(self, text: str = "") -> None:
        super().__init__()
        starts = [match.start() for match in ENTRY.finditer(text)]
        if text and starts[:1] != [0]:
            raise damaged()
        for start, end in pairwise([*starts, len(text)]):
            entry = text[start:end]
            self[name_of(entry.partition("\n")[0])] = entry

    def __getitem__(self, name: str) -> Any:
        entry = self.data[name]
        if isinstance(entry, str):
            try:
                lock = {"schema": "2.0", "stages": yaml12.parse_yaml(entry)}
                (self.data[name],) = dvcfile.Lockfile.validate(lock)["stages"].values()
            except (ValueError, DvcException) as error:
                raise damaged() from error
        return self.data[name]

    def dump(self) -> str:
        """The text again: of the entries that were asked for or set, what they hold by now."""
        return "".join(
            entry if isinstance(entry, str) else dump({"stages": {name: entry}})[len(STAGES) :]
            for name, entry in self.data.items()
        )


def name_of(line: str) -> str:
    """The name that an entry's first line has: quoted where it could be something else."""
    name = line.strip().removesuffix(":")
    return str(yaml12.parse_yaml(name)) if name[0] in "'\"" else name


def damaged() -> DvcException:
    return DvcException(
        "dvc.lock: cut short or damaged; `git checkout dvc.lock` brings back the last commit's, and"
        " a run then takes from DVC's cache what was computed since"
    )


def read(path: Path) -> dict[str, Any]:
    """A dvc.lock, whose `stages` are `Entries`; without any if there is no file."""
    text = path.read_text() if path.exists() else EMPTY
    if text == EMPTY:
        return {"schema": "2.0", "stages": Entries()}
    start = HEAD + STAGES
    if not text.startswith(start):
        raise damaged()
    # A kill while DVC itself wrote may have left half a line, which another is not to continue.
    return {"schema": "2.0", "stages": Entries(text.removeprefix(start).rstrip("\n") + "\n")}


def version(path: Path) -> tuple[int, ...]:
    """What is another number once a file has been written or replaced."""
    stat = path.stat()
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


@lru_cache(maxsize=2)  # dvc.lock, and beyond/dvc.lock
def read_once(path: Path, at: tuple[int, ...]) -> dict[str, Any]:
    """`read`, for those who look again at the same version of the file."""
    return read(path)


def load(self: dvcfile.Lockfile) -> Any:
    """`Lockfile.load`, with a way out of what a killed `dvc` may leave."""
    path = Path(self.path)
    if not path.exists():
        return {}
    return read_once(path, version(path))


@contextmanager
def modify(path: str, fs: Any) -> Iterator[dict[str, Any]]:
    """DVC's `modify_yaml`; dvc.lock has no comments, and is replaced by a whole file."""
    if Path(path).name != dvcfile.LOCK_FILE:
        with modify_yaml(path, fs) as data:
            yield data
        return
    data = read(Path(path))
    yield data
    new = Path(Repo.find_root(str(Path(path).parent)), ".dvc/tmp/dvc.lock")
    new.write_text(HEAD + STAGES + data["stages"].dump() if data["stages"] else EMPTY)
    new.replace(path)


def to_lockfile(stage: Any, **options: Any) -> Any:
    """DVC's, less the sizes of what the stage reads, which are an eighth of dvc.lock.

    Nothing asks for them: the hash is another where a size is. An edited room is then one line of
    each entry that a commit changes, not three.
    """
    entry = entry_by_dvc(stage, **options)
    for read in entry[stage.name].get("deps", ()):
        for size in ("size", "nfiles"):
            read.pop(size, None)
    return entry
