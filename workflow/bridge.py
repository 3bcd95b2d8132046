"""dvc.yaml as Snakemake sees it: a rule per stage, and which stages DVC calls stale.

DVC judges by content, Snakemake by modification time, and a checkout scrambles those. So before
Snakemake looks, `DvcJob.mark` makes the times say what DVC says: a marker file, an input of the
stage's rule, gets new content if DVC calls the stage stale; files older than an input are
touched if it does not.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from dvc.dependency import ParamsDependency
from dvc.exceptions import DvcException
from dvc.output import Output
from dvc.repo import Repo
from dvc.repo.reproduce import get_active_graph, plan_repro
from dvc.stage import PipelineStage

from dtlens.base.errors import UserError
from dtlens.params import load_params
from workflow.dvc import (
    check_cache,
    do_without_git,
    overlook_orphans,
    parse_settings_once,
    patch_lockfile_io,
)
from workflow.rules import Job, Rule, by_rule


@dataclass(frozen=True)
class Statuses:
    """How files differ from what dvc.lock says, each looked at once for all its readers."""

    known: dict[tuple[object, ...], dict[str, Any]] = field(default_factory=dict)

    def status(self, entry: Output) -> dict[str, Any]:
        """DVC's word for how each changed: modified, deleted, ...; empty if it is as recorded."""
        of_file = getattr(entry, "params", None)  # the keys, where only some of a file's count
        asked = (type(entry), entry.fs_path, str(of_file), str(entry.hash_info))
        if asked not in self.known:
            self.known[asked] = dict(entry.status())
        return self.known[asked]


@dataclass(frozen=True)
class DvcJob(Job):
    """A job with its stage, and what DVC says of it."""

    stage: PipelineStage

    @property
    def entries(self) -> list[Output]:
        """The files whose change makes it stale."""
        return [*([] if self.stage.frozen else self.stage.deps), *self.stage.outs]

    def is_stale(self, known: Statuses) -> bool:
        """What `dvc repro` asks before it runs a stage, less the locks that a job may hold."""
        return self.stage.changed_stage() or any(map(known.status, self.entries))

    def mark(self, known: Statuses) -> None:
        """Make the modification times say whether the stage is stale."""
        stale = self.is_stale(known)
        if stale or not self.marker.exists():
            self.marker.parent.mkdir(parents=True, exist_ok=True)
            self.marker.write_text(str(time.time_ns()))  # Snakemake calls old content no change
        if not stale:
            # An input is still to come where the stage reads a folder that gets one more file.
            inputs = filter(Path.exists, [self.marker, *map(Path, self.inputs)])
            newest = max(path.stat().st_mtime_ns for path in inputs)
            for path in map(Path, [*self.outputs, f"{self.log_stem}.tsv"]):
                with suppress(FileNotFoundError):  # no benchmark if `dvc repro` ran the stage
                    if path.stat().st_mtime_ns < newest:
                        os.utime(path)


@cache
def with_folders(path: str) -> frozenset[str]:
    """A path, and the folders that it is in."""
    return frozenset(map(str, [path, *PurePosixPath(path).parents]))


def needs(stage: PipelineStage, device: str) -> dict[str, int]:
    """What a job of the stage needs: its `meta`, and a GPU if it reads that it computes on one."""
    read = {key for dep in stage.deps if isinstance(dep, ParamsDependency) for key in dep.params}
    return {"gpu": int("compute" in read and device == "cuda")} | (stage.meta or {})


@contextmanager
def one_line_dvc_errors() -> Iterator[None]:
    try:
        yield
    except DvcException as error:
        raise UserError(" ".join(str(error).split())) from error


@one_line_dvc_errors()
def read_jobs() -> list[DvcJob]:
    """The jobs of dvc.yaml, upstream first.

    Raises `UserError` if params.yaml or dvc.yaml is wrong.
    """
    device = load_params().compute.device
    patch_lockfile_io()
    check_cache()
    overlook_orphans()
    do_without_git()
    parse_settings_once()
    repo = Repo(_wait_for_lock=True)
    with repo.lock:  # `dvc repro` writes dvc.lock in place
        # From a stage to those it depends on: none if it is frozen.
        graph = get_active_graph(repo.index.graph)
    jobs: list[DvcJob] = []
    for stage in plan_repro(graph):
        if isinstance(stage, PipelineStage):  # not data that was added, not made
            deps = {dep.def_path for dep in stage.deps}
            made = [out.def_path for upstream in graph.successors(stage) for out in upstream.outs]
            inputs = [path for path in made if not deps.isdisjoint(with_folders(path))]
            outputs = [out.def_path for out in stage.outs]
            jobs.append(DvcJob(stage.addressing, inputs, outputs, needs(stage, device), stage))
    return jobs


@one_line_dvc_errors()
def read_rules(mark: bool) -> list[Rule]:
    """The rules of dvc.yaml, upstream first; with `mark`, the files' times are put right too."""
    jobs, known = read_jobs(), Statuses()
    if mark:
        for job in jobs:
            job.mark(known)
    return by_rule(jobs)
