"""dvc.yaml as Snakemake sees it: a rule per stage, and which stages DVC calls stale.

DVC judges by content, Snakemake by modification time, and a checkout scrambles those. So before
Snakemake looks, `Job.mark` makes the times say what DVC says: a marker file, an input of the
stage's rule, gets new content if DVC calls the stage stale; files older than an input are
touched if it does not.
"""

import os
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dvc.exceptions import DvcException
from dvc.output import Output
from dvc.repo import Repo
from dvc.repo.reproduce import get_active_graph, plan_repro
from dvc.stage import PipelineStage

from dtlens.base.errors import UserError
from dtlens.params import load_params
from workflow.dvc import check_cache, do_without_git, overlook_orphans, patch_lockfile_io


def log_stem(rule: str, cell: str) -> str:
    """The path of a rule's log and benchmark, less the suffix."""
    return f"logs/{rule}@{cell}" if cell else f"logs/{rule}"


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
class Job:
    """A DVC stage, or a cell of a matrix stage, with the files that Snakemake watches."""

    stage: PipelineStage
    cell: str  # DVC's key of a matrix stage: its values joined by "-"; else ""
    inputs: list[str]

    @property
    def rule(self) -> str:
        return str(self.stage.name).partition("@")[0]

    @property
    def outputs(self) -> list[str]:
        return [out.def_path for out in self.stage.outs]

    @property
    def marker(self) -> Path:
        return Path(".snakemake/markers", self.stage.name)

    def is_stale(self, known: Statuses) -> bool:
        """What `dvc repro` asks before it runs a stage, less the locks that a job may hold."""
        deps = [] if self.stage.frozen else self.stage.deps
        entries = [*deps, *self.stage.outs]
        return self.stage.changed_stage() or any(map(known.status, entries))

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
            for path in map(Path, [*self.outputs, log_stem(self.rule, self.cell) + ".tsv"]):
                with suppress(FileNotFoundError):  # no benchmark if `dvc repro` ran the stage
                    if path.stat().st_mtime_ns < newest:
                        os.utime(path)


@dataclass(frozen=True)
class Rule:
    """A stage of dvc.yaml as a Snakemake rule; that of a matrix stage has the wildcard `cell`."""

    name: str
    jobs: dict[str, Job] = field(default_factory=dict)  # by cell

    def inputs(self, wildcards: Mapping[str, str]) -> list[str]:
        job = self.jobs[wildcards.get("cell", "")]
        return [str(job.marker), *job.inputs]

    def address(self, wildcards: Mapping[str, str]) -> str:
        """What DVC calls the stage, e.g. train_headline@1L-128d-2h-1k-index-ours-r1-ours-s1."""
        return str(self.jobs[wildcards.get("cell", "")].stage.name)

    @property
    def all_outputs(self) -> list[str]:
        return [path for job in self.jobs.values() for path in job.outputs]

    @property
    def outputs(self) -> list[str]:
        """One job's outputs, with `{cell}` where they name the cell."""
        cell, job = next(iter(self.jobs.items()))
        return [path.replace(cell, "{cell}") if cell else path for path in job.outputs]

    @property
    def log_stem(self) -> str:
        return log_stem(self.name, "" if "" in self.jobs else "{cell}")

    @property
    def cells(self) -> str:
        """A regular expression of the cells there are."""
        return "|".join(map(re.escape, self.jobs))

    def need(self, resource: str, default: int) -> int:
        """What the stage's `meta` asks for: threads, mem_mb, or runtime in minutes."""
        meta = next(iter(self.jobs.values())).stage.meta or {}
        return int(meta.get(resource, default))


def outputs_for(rules: list[Rule], cells: list[str]) -> list[str]:
    """What can be made without any other cells; `rules` are sorted upstream first."""
    outputs: list[str] = []
    for rule in rules:
        for job in (rule.jobs[name] for name in ("", *cells) if name in rule.jobs):
            if set(job.inputs) <= set(outputs):
                outputs += job.outputs
    return outputs


def read_rules(mark: bool) -> list[Rule]:
    """The rules of dvc.yaml, upstream first; with `mark`, the files' times are put right too.

    Raises `UserError` if params.yaml or dvc.yaml is wrong.
    """
    load_params()
    patch_lockfile_io()
    check_cache()
    overlook_orphans()
    do_without_git()
    rules: dict[str, Rule] = {}
    known = Statuses()
    try:
        repo = Repo(_wait_for_lock=True)
        with repo.lock:  # `dvc repro` writes dvc.lock in place
            # From a stage to those it depends on: none if it is frozen.
            graph = get_active_graph(repo.index.graph)
        for stage in plan_repro(graph):
            if not isinstance(stage, PipelineStage):
                continue  # data that was added, not made
            deps = [Path(dep.def_path) for dep in stage.deps]
            made = [out.def_path for upstream in graph.successors(stage) for out in upstream.outs]
            inputs = [path for path in made if any(Path(path).is_relative_to(dep) for dep in deps)]
            job = Job(stage, stage.name.partition("@")[2], inputs)
            if mark:
                job.mark(known)
            rules.setdefault(job.rule, Rule(job.rule)).jobs[job.cell] = job
    except DvcException as error:
        raise UserError(" ".join(str(error).split())) from error
    return list(rules.values())
