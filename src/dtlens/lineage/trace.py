"""The chain from a file back to the parameters: stages, inputs, commits, and what is on disk."""

import hashlib
import json
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from dtlens.base.errors import UserError
from dtlens.base.files import md5
from dtlens.lineage.history import Commit, History
from dtlens.lineage.locks import Entry, Lock, Stage

MATCHES, DIFFERS, MISSING = "matches", "differs", "missing"


def content(path: Path) -> str:
    """What dvc.lock would record of a file or folder; raises `FileNotFoundError`."""
    if not path.is_dir():
        return md5(path)
    files = (file for file in path.rglob("*") if file.is_file() and not is_ignored(file))
    names = sorted((file.relative_to(path).as_posix(), md5(file)) for file in files)
    listed = [{"md5": hashed, "relpath": name} for name, hashed in names]
    return hashlib.md5(json.dumps(listed, sort_keys=True).encode()).hexdigest() + ".dir"


def is_ignored(file: Path) -> bool:
    """Whether .dvcignore keeps the file from DVC."""
    left = file.suffix in (".part", ".tmp") or file.name == ".snakemake_timestamp"
    return left or file.parent.name == "__pycache__"


@dataclass(frozen=True)
class Trace:
    """A file's origin: the path it has in the pipeline, and the dvc.lock that records it."""

    path: str
    how: str  # how the file was recognised
    commit: Commit | None  # that of the lock; None if it is the working folder's
    lock: Lock
    history: History

    @cached_property
    def stages(self) -> list[Stage]:
        """The stages behind the file, its own first, each once."""
        names, found = [self.lock.makers[self.path]], dict[str, Stage]()
        while names:
            if (name := names.pop(0)) not in found:
                found[name] = self.lock[name]
                names += [by for entry in found[name].inputs for by in self.makers(entry)]
        return list(found.values())

    def makers(self, entry: Entry) -> list[str]:
        return self.lock.made_under(entry.path)

    @cached_property
    def on_disk(self) -> dict[Entry, str]:
        """Whether each file of the chain is what dvc.lock says, by its content now."""
        entries = {entry for stage in self.stages for entry in (*stage.inputs, *stage.outputs)}
        return {entry: self._state(entry) for entry in entries}

    def _state(self, entry: Entry) -> str:
        try:
            return MATCHES if content(self.history.root / entry.path) == entry.md5 else DIFFERS
        except FileNotFoundError:
            return MISSING

    def report(self) -> dict[str, Any]:
        """All of it, for a program to read."""
        return {
            "file": self.path,
            "recognised": self.how,
            "commit": self.commit and self.commit.id,
            "stages": [
                {
                    "stage": stage.name,
                    "command": stage.command,
                    "params": stage.params,
                    "inputs": [self._row(entry) for entry in stage.inputs],
                    "outputs": [self._row(entry) for entry in stage.outputs],
                }
                for stage in self.stages
            ],
        }

    def _row(self, entry: Entry) -> dict[str, Any]:
        since = self.history.introduced.get(entry.md5)
        return asdict(entry) | {
            "on_disk": self.on_disk[entry],
            "introduced": since and since.id,
            "made_by": self.makers(entry),
        }


def trace(path: Path) -> Trace:
    """Where a file comes from: by its content, else by its place.

    Its content is looked up in the dvc.lock of the working folder, then in those of all commits.
    Raises `UserError` if the file is none that a commit's pipeline made.
    """
    history = History()
    place = path.resolve()
    own = str(place.relative_to(history.root)) if place.is_relative_to(history.root) else ""
    if not path.exists():
        if own in history.lock.makers:
            return Trace(own, "not on disk; dvc.lock records it", None, history.lock, history)
        raise UserError(f"{path}: no such file, nor an output of a stage in dvc.lock")
    hashed = content(path)
    if found := by_content(hashed, own, history):
        return found
    if own in history.lock.makers:
        how = "not the bytes that dvc.lock records; `dvc repro` makes them again"
        return Trace(own, how, None, history.lock, history)
    said = f"{path}: no commit's pipeline made these bytes (md5 {hashed})"
    if near := nearest(path, history.lock):
        said += f"; nearest by name, not proven: {near}"
    if history.repository.is_shallow:
        said += "; `git fetch --unshallow` brings earlier commits"
    raise UserError(said)


def nearest(copy: Path, lock: Lock) -> str | None:
    """The output of the same kind whose name is most like the file's."""
    same_kind = [path for path in lock.makers if Path(path).suffix == copy.suffix.lower()]
    names = {Path(path).stem.lower(): path for path in reversed(same_kind)}
    return next((names[n] for n in get_close_matches(copy.stem.lower(), names, 1, 0.5)), None)


def by_content(hashed: str, own: str, history: History) -> Trace | None:
    """The newest dvc.lock in which a stage made these very bytes; the working folder's first."""
    lock = history.lock
    if hashed in lock.made:
        # Two outputs may be equal: then the file is the one whose place it is in.
        same = own in lock.makers and any(e.md5 == hashed for e in lock[lock.makers[own]].outputs)
        path = own if same else lock.made[hashed]
        return Trace(path, "made by the pipeline as dvc.lock records it", None, lock, history)
    for commit in reversed(history.commits):
        if commit.names(hashed) and hashed in commit.lock.made:
            named = f'{commit.id[:7]}, {commit.date}, "{commit.subject}"'
            how = f"made by the pipeline of commit {named}"
            return Trace(commit.lock.made[hashed], how, commit, commit.lock, history)
    return None
