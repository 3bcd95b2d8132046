"""dvc.lock in every commit of the repository, and in the working folder."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Self

import pygit2
from pygit2.enums import SortMode

from dtlens.base.errors import UserError
from dtlens.lineage.locks import BEYOND, LOCK, LOCKS, Lock


@dataclass(frozen=True)
class Commit:
    """A commit that changed dvc.lock."""

    id: str
    date: str  # YYYY-MM-DD, its author's, in UTC
    subject: str
    locks: tuple[bytes, ...]

    @classmethod
    def of(cls, commit: pygit2.Commit, locks: tuple[bytes, ...]) -> Self:
        date = datetime.fromtimestamp(commit.author.time, UTC).date().isoformat()
        return cls(str(commit.id), date, commit.message.partition("\n")[0], locks)

    @cached_property
    def lock(self) -> Lock:
        return Lock(*(lock.decode() for lock in self.locks))

    def names(self, md5: str) -> bool:
        """Whether its dvc.lock names that content anywhere, which is quick to say."""
        return any(md5.encode() in lock for lock in self.locks)


@contextmanager
def git_errors() -> Iterator[None]:
    """What the Git library raises, as a `UserError`; of a missing object that is its id."""
    try:
        yield
    except KeyError as error:
        raise UserError(f"git: no object {error}: `git fsck` checks the repository") from error
    except (pygit2.GitError, OSError) as error:
        raise UserError(f"git: {error}: `git fsck` checks the repository") from error


class History:
    """The repository around the current folder, and each dvc.lock that was ever committed."""

    def __init__(self) -> None:
        with git_errors():
            folder = pygit2.discover_repository(str(Path.cwd()))
            if folder is None:
                raise UserError(
                    f"{Path.cwd()}: no .git here or above, as in an unpacked ZIP;"
                    " trace, diff and verify need the history: `git clone` brings it"
                )
            self.repository = pygit2.Repository(folder)
        if self.repository.is_bare:
            raise UserError(f"{folder}: a bare repository; run this in a clone of it")
        self.root = Path(self.repository.workdir)

    def _ends(self) -> Iterator[pygit2.Oid]:
        """The commits of HEAD, all branches and tags; what leads to none is passed over."""
        for name in ("HEAD", *self.repository.listall_references()):
            with suppress(pygit2.GitError, KeyError, ValueError):
                yield self.repository.lookup_reference(name).peel(pygit2.Commit).id

    @cached_property
    def commits(self) -> list[Commit]:
        """The commits of HEAD, all branches and tags that brought a new dvc.lock, oldest first."""
        found: dict[tuple[pygit2.Oid, ...], Commit] = {}
        with git_errors():
            walker = self.repository.walk(None, SortMode.TOPOLOGICAL | SortMode.REVERSE)
            for end in self._ends():
                walker.push(end)
            for commit in walker:
                ids = tuple(commit.tree[path].id for path in LOCKS if path in commit.tree)
                if ids and ids not in found:
                    found[ids] = Commit.of(
                        commit, tuple(self.repository[at].read_raw() for at in ids)
                    )
        return list(found.values())

    @cached_property
    def introduced(self) -> dict[str, Commit]:
        """The commit whose dvc.lock was the first to name each md5."""
        first: dict[str, Commit] = {}
        for commit in self.commits:
            for md5 in re.findall(rb"md5: ([\w.]+)", b"\n".join(commit.locks)):
                first.setdefault(md5.decode(), commit)
        return first

    @cached_property
    def lock(self) -> Lock:
        """The dvc.lock of the working folder."""
        return self.lock_of(None)

    def lock_of(self, revision: str | None) -> Lock:
        """That of a revision, or of the working folder."""
        return Lock(self.read(revision, LOCK).decode(), self.find(revision, BEYOND).decode())

    def read(self, revision: str | None, path: str) -> bytes:
        """A file as it was in a revision, or is in the working folder."""
        try:
            if revision is None:
                return (self.root / path).read_bytes()
            commit = self.repository.revparse_single(revision).peel(pygit2.Commit)
            return self.repository[commit.tree[path].id].read_raw()
        except FileNotFoundError as error:
            raise UserError(f"{self.root / path}: no such file; `dvc repro` makes it") from error
        except (KeyError, ValueError, pygit2.GitError) as error:
            raise UserError(f"{revision}: no such revision, or no {path} in it") from error

    def find(self, revision: str | None, path: str) -> bytes:
        """The same of a file that there may not be: then it is empty."""
        with suppress(UserError):
            return self.read(revision, path)
        return b""
