"""dvc.lock, a stage at a time: what a job reads and writes of it is its own entry.

DVC parses all of dvc.lock for each stage that runs, again, to keep comments that it has not, before
it writes it, and writes it in place: 7 seconds for 200 stages, and a kill tears the file. Here an
entry is parsed when somebody asks for it, and what nobody asked for is written back as it stood.
"""

import re
from collections import OrderedDict
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
import yaml12
from dvc import dvcfile
from dvc.exceptions import DvcException
from dvc.utils.serialize import modify_yaml

HEAD = "schema: '2.0'\n"
STAGES = "stages:\n"
EMPTY = f"{HEAD}stages: {{}}\n"
ENTRY = re.compile(r"^  (?! ).+:\n", re.M)


class Dumper(yaml.CSafeDumper):
    """DVC's style, though of YAML 1.1; quotes what 1.2 calls a number: a hash such as 12e4..."""


Dumper.add_representer(OrderedDict, Dumper.represent_dict)
NUMBER = re.compile(r"[-+]?\d+[eE][-+]?\d+$")
Dumper.add_implicit_resolver("tag:yaml.org,2002:float", NUMBER, list("-+0123456789"))


def dump(data: dict[str, Any]) -> str:
    return yaml.dump(data, Dumper=Dumper, sort_keys=False)


class Entries(MutableMapping[str, Any]):
    """The stages of a dvc.lock by name.

    Raises `DvcException` where the text is not what a dvc.lock holds: on splitting it, or when the
    entry is asked for.
    """

    def __init__(self, text: str, source: str) -> None:
        self.source = source
        starts = [match.start() for match in ENTRY.finditer(text)]
        if text and starts[:1] != [0]:
            raise self.damaged()
        pieces = (text[start:end] for start, end in pairwise([*starts, len(text)]))
        self.texts = {self.name(piece.partition("\n")[0]): piece for piece in pieces}
        self.parsed: dict[str, Any] = {}

    def damaged(self) -> DvcException:
        return DvcException(
            f"{self.source}: cut short or damaged; `git checkout {self.source}` brings back the"
            " last commit's, and a run then takes from DVC's cache what was computed since"
        )

    def name(self, line: str) -> str:
        """The name that an entry's first line has: quoted where it could be something else."""
        name = line.strip().removesuffix(":")
        return str(yaml12.parse_yaml(name)) if name[0] in "'\"" else name

    def __getitem__(self, name: str) -> Any:
        if name not in self.parsed:
            try:
                stages = yaml12.parse_yaml(self.texts[name])
                lock = {"schema": "2.0", "stages": stages}
                self.parsed[name] = dvcfile.Lockfile.validate(lock)["stages"][name]
            except (ValueError, DvcException) as error:
                raise self.damaged() from error
        return self.parsed[name]

    def __setitem__(self, name: str, entry: Any) -> None:
        self.texts.setdefault(name, "")
        self.parsed[name] = entry

    def __delitem__(self, name: str) -> None:
        del self.texts[name]
        self.parsed.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.texts)

    def __contains__(self, name: object) -> bool:
        return name in self.texts

    def dump(self) -> str:
        """The text again: of the entries that were asked for or set, what they hold by now."""
        return "".join(
            dump({"stages": {name: self.parsed[name]}}).removeprefix(STAGES)
            if name in self.parsed
            else text
            for name, text in self.texts.items()
        )


def read(path: Path) -> dict[str, Any]:
    """A dvc.lock, whose `stages` are `Entries`; empty if there is no file."""
    if not path.exists():
        return {}
    text = path.read_text()
    start = HEAD + STAGES
    entries = Entries(text.removeprefix(start) if text != EMPTY else "", path.name)
    if text != EMPTY and not text.startswith(start):
        raise entries.damaged()
    return {"schema": "2.0", "stages": entries}


@lru_cache(maxsize=1)
def read_once(path: Path, version: tuple[int, ...]) -> dict[str, Any]:
    """`read`, for those who look again at the same version of the file."""
    return read(path)


def load(self: dvcfile.Lockfile) -> Any:
    """`Lockfile.load`, with a way out of what a killed `dvc` may leave."""
    path = Path(self.path)
    if not path.exists():
        return {}
    stat = path.stat()
    return read_once(path, (stat.st_ino, stat.st_mtime_ns, stat.st_size))


@contextmanager
def modify(path: str, fs: Any) -> Iterator[dict[str, Any]]:
    """DVC's `modify_yaml`; dvc.lock has no comments, and is replaced by a whole file."""
    if Path(path).name != dvcfile.LOCK_FILE:
        with modify_yaml(path, fs) as data:
            yield data
        return
    data = read(Path(path))
    yield data
    stages = data["stages"]
    if not isinstance(stages, Entries):  # the first that are written
        made, stages = stages, Entries("", Path(path).name)
        stages.update(made)
    new = Path(path).parent / ".dvc/tmp/dvc.lock"
    new.write_text(HEAD + STAGES + stages.dump() if stages else EMPTY)
    new.replace(path)
