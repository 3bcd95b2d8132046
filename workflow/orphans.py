"""What no stage makes any more: outputs that dvc.lock records and dvc.yaml does not.

A run removes them. Until then DVC passes over them where a stage reads a folder, so that what it
calls stale is what will be.
"""

import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from dvc import dvcfile
from dvc.dependency.base import Dependency
from dvc.output import Output
from dvc.repo import Repo, lock_repo
from dvc.stage import PipelineStage
from dvc.stage.loader import StageLoader

from workflow.recovery import RUN


def lock_paths(repo: Repo) -> list[Path]:
    """The dvc.lock of the study, and of what lies beyond it."""
    return [Path(repo.root_dir, folder, dvcfile.LOCK_FILE) for folder in ("", "beyond")]


def recorded_stages(repo: Repo) -> dict[str, Any]:
    """The stages that they have."""
    locks = [dvcfile.Lockfile(repo, str(path)).load() for path in lock_paths(repo)]
    return {name: entry for lock in locks for name, entry in lock.get("stages", {}).items()}


def own_outputs(repo: Repo) -> dict[str, set[str]]:
    """The outputs of each stage that dvc.yaml has."""
    stages = (stage for stage in repo.index.stages if isinstance(stage, PipelineStage))
    return {stage.name: {out.def_path for out in stage.outs} for stage in stages}


def past_outputs(repo: Repo) -> dict[str, set[str]]:
    """By stage, what dvc.lock records as its outputs and dvc.yaml does not, if it has the stage."""
    own = own_outputs(repo)
    past = {
        name: {out["path"] for out in entry.get("outs", [])} - own.get(name, set())
        for name, entry in recorded_stages(repo).items()
    }
    return {name: paths for name, paths in past.items() if paths or name not in own}


def find_orphans(repo: Repo) -> list[Output]:
    """The past outputs that no stage makes or names as what it reads.

    A stage that reads all in their folder does not name them.
    """
    made = {Path(out.fs_path) for out in repo.index.outs}
    named = {Path(dep.fs_path) for dep in repo.index.deps}
    kept = {path for used in made | named for path in with_parents(used)}
    project = dvcfile.ProjectFile(repo, str(Path(repo.root_dir, dvcfile.PROJECT_FILE)))
    recorded = recorded_stages(repo)
    orphans: list[Output] = []
    for name, paths in past_outputs(repo).items():
        data = {"cmd": recorded[name]["cmd"], "outs": sorted(paths)}
        orphans += StageLoader.load_stage(project, name, data, recorded[name]).outs
    return [
        orphan
        for orphan in orphans
        if orphan.is_in_repo
        and Path(orphan.fs_path) not in kept
        and made.isdisjoint(with_parents(Path(orphan.fs_path)))
    ]


def remove_orphans(repo: Repo) -> None:
    """Take the orphans from the disk, and past outputs from dvc.lock; say what is removed.

    What is not as recorded stays: somebody has worked on it.
    """
    with lock_repo(repo):
        for orphan in find_orphans(repo):
            if orphan.exists and orphan.workspace_status():
                print(f"{orphan}: edited, so kept, though no stage makes it", file=sys.stderr)
            elif orphan.exists:
                print(f"{orphan}: removed, as no stage makes it", file=sys.stderr)
                orphan.remove()
                remove_empty(Path(orphan.fs_path).parent)
        if past := past_outputs(repo):
            own = own_outputs(repo)
            for path in filter(Path.exists, lock_paths(repo)):
                with dvcfile.modify_yaml(str(path), repo.fs) as lock:
                    stages = lock["stages"]
                    for name in past.keys() & set(stages):
                        if name in own:
                            outs = stages[name]["outs"]
                            kept = [out for out in outs if out["path"] not in past[name]]
                            stages[name]["outs"] = kept
                        else:
                            del stages[name]


def remove_empty(folder: Path) -> None:
    """Remove a folder that holds nothing any more, and those around it."""
    while not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


@cache
def to_be_removed(repo: Repo) -> frozenset[Path]:
    """What a run would remove; a run, and each of its jobs, has no more of it."""
    if RUN in os.environ:
        return frozenset()
    return frozenset(Path(out.fs_path) for out in find_orphans(repo) if not out.workspace_status())


@cache
def recorded_text(repo: Repo) -> str:
    return "".join(path.read_text() for path in lock_paths(repo) if path.exists())


def may_hold_outputs(repo: Repo, folder: str) -> bool:
    """Whether dvc.lock names anything in a folder: to parse all of it would be most of a job."""
    return f"{Path(os.path.relpath(folder, repo.root_dir)).as_posix()}/" in recorded_text(repo)


class WithoutOrphans:
    """What DVC ignores in a folder that a stage reads, and the orphans."""

    def __init__(self, dependency: Dependency) -> None:
        self.repo = dependency.repo

    def walk(self, fs: Any, path: str, **options: Any) -> Iterator[tuple[str, Any, list[str]]]:
        """`DvcIgnoreFilter.walk`: the folders, each with those and the files in it."""
        gone: frozenset[Path] = frozenset()
        if may_hold_outputs(self.repo, path):
            gone = to_be_removed(self.repo)
        for root, folders, files in self.repo.dvcignore.walk(fs, path, **options):
            left = [name for name in files if gone.isdisjoint(with_parents(Path(root, name)))]
            yield root, folders, left


def with_parents(path: Path) -> list[Path]:
    return [path, *path.parents]
