"""dvc.lock: which stage made what, from what."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, Self

import yaml12

from dtlens.base.errors import UserError

# Of the study, and of what lies beyond it; a stage's name is in one of them.
LOCKS = LOCK, BEYOND = "dvc.lock", "beyond/dvc.lock"


@dataclass(frozen=True)
class Entry:
    """A file or folder of a stage, as dvc.lock records it."""

    path: str
    md5: str  # that of a folder, over its files' names and contents, ends with .dir


@dataclass(frozen=True)
class Stage:
    """A stage as it last ran; a cell of a matrix stage is one of its own."""

    name: str
    command: str
    params: dict[str, Any]
    inputs: list[Entry]
    outputs: list[Entry]

    @classmethod
    def of(cls, name: str, recorded: dict[str, Any]) -> Self:
        """From its part of dvc.lock."""
        params = recorded.get("params", {}).get("params.yaml", {})
        inputs, outputs = entries(recorded, "deps"), entries(recorded, "outs")
        return cls(name, recorded["cmd"], params, inputs, outputs)


def group(name: str) -> str:
    """The name that a stage has in dvc.yaml: that of a cell is the matrix stage's."""
    return name.partition("@")[0]


def entries(recorded: dict[str, Any], kind: str) -> list[Entry]:
    """Those that are whole: a killed `dvc repro` may cut the last one short."""
    whole = (entry for entry in recorded.get(kind, []) if entry.keys() >= {"path", "md5"})
    return [Entry(entry["path"], entry["md5"]) for entry in whole]


class Lock:
    """The stages of one state's dvc.lock, or of several that are one pipeline's."""

    def __init__(self, *texts: str) -> None:
        self.recorded: dict[str, dict[str, Any]] = {}
        for text in texts:
            try:
                # A kill while DVC itself wrote may have left half a line: the beginning of an MD5.
                read: Any = yaml12.parse_yaml(text[: text.rfind("\n") + 1])
            except ValueError as error:
                raise UserError(f"{LOCK}: not YAML: {' '.join(str(error).split())}") from error
            self.recorded |= read["stages"] if read else {}

    def __iter__(self) -> Iterator[str]:
        return iter(self.recorded)

    def __getitem__(self, name: str) -> Stage:
        return Stage.of(name, self.recorded[name])

    def outputs(self) -> Iterator[tuple[str, str]]:
        """The path and md5 of every output."""
        for _, path, md5 in self._outputs:
            yield path, md5

    @cached_property
    def _outputs(self) -> list[tuple[str, str, str]]:
        """Stage, path and md5 of every output."""
        return [
            (name, out.path, out.md5)
            for name, recorded in self.recorded.items()
            for out in entries(recorded, "outs")
        ]

    @cached_property
    def makers(self) -> dict[str, str]:
        """The stage of each output's path."""
        return {path: name for name, path, _ in self._outputs}

    @cached_property
    def made(self) -> dict[str, str]:
        """The path of each output's content, by md5; of equal ones, the first."""
        return {md5: path for _, path, md5 in reversed(self._outputs)}

    def made_under(self, path: str) -> list[str]:
        """The stages that make `path`, or files in it if it is a folder; none if it is source."""
        return list(self._made_under.get(path, ()))

    @cached_property
    def _made_under(self) -> dict[str, dict[str, None]]:
        """The stages of each output, and of each folder above one, in order."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for name, path, _ in self._outputs:
            for place in (path, *map(str, PurePosixPath(path).parents)):
                found[place][name] = None
        return found
