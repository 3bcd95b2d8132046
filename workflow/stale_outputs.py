"""What no stage makes any more: outputs that dvc.lock records and dvc.yaml does not.

A run removes them before it looks what is stale. What is not as recorded stays: somebody has worked
on it.
"""

import shutil
import sys
from pathlib import Path

from dvc.repo import Repo, lock_repo
from dvc.stage import PipelineStage

from dtlens.lineage.locks import LOCKS
from dtlens.lineage.trace import content
from workflow.lockfile import modify_yaml, read, recorded


def find_stale_outputs(repo: Repo) -> dict[Path, bool]:
    """The recorded files and folders that no stage makes or names, and whether each is as recorded.

    A stage that reads all in their folder does not name them.
    """
    made = {Path(out.fs_path) for out in repo.index.outs}
    named = made | {Path(dep.fs_path) for dep in repo.index.deps}
    kept = named | {folder for path in named for folder in path.parents}
    root = Path(repo.root_dir)
    past = {
        root / out["path"]: out.get("md5")
        for entry in recorded(root).values()
        for out in entry.get("outs", [])
    }
    return {
        path: content(path) == md5
        for path, md5 in past.items()
        if path not in kept and made.isdisjoint(path.parents) and path.exists()
    }


def remove_stale_outputs(repo: Repo) -> None:
    """Take the stale outputs from the disk, and from dvc.lock; say what is removed."""
    with lock_repo(repo):
        for path, as_recorded in find_stale_outputs(repo).items():
            name = path.relative_to(repo.root_dir)
            if not as_recorded:
                print(f"{name}: edited, so kept, though no stage makes it", file=sys.stderr)
                continue
            print(f"{name}: removed, as no stage makes it", file=sys.stderr)
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            remove_empty(path.parent)
        own = {
            stage.name: {out.def_path for out in stage.outs}
            for stage in repo.index.stages
            if isinstance(stage, PipelineStage)
        }
        for path in (Path(repo.root_dir, lock) for lock in LOCKS):
            stages = read(path).get("stages", {})
            left = {
                name: entry
                | {"outs": [out for out in entry.get("outs", []) if out["path"] in own[name]]}
                for name, entry in stages.items()
                if name in own
            }
            if left != stages:
                with modify_yaml(str(path)) as lock:
                    lock["stages"] = left


def remove_empty(folder: Path) -> None:
    """Remove a folder that holds nothing any more, and those around it."""
    while not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
