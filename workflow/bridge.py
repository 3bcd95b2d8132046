"""dvc.yaml as Snakemake sees it: the jobs of its stages, and times that say which DVC calls stale.

DVC judges by content, Snakemake by modification time, and a checkout scrambles those. So before
Snakemake looks, `mark` makes the times say what DVC says: a marker file, an input of the stage's
rule, gets new content if DVC calls the stage stale; files older than an input are touched if it
does not.
"""

import os
import time
from contextlib import suppress
from pathlib import Path, PurePosixPath

from dvc.dependency import ParamsDependency
from dvc.output import Output
from dvc.repo import Repo
from dvc.repo.reproduce import get_active_graph, plan_repro
from dvc.stage import PipelineStage
from dvc.utils.flatten import flatten

from dtlens.params import load_params
from workflow.edit_guard import changed
from workflow.rules import Job, Rule, by_rule
from workflow.stale_outputs import find_stale_outputs


def needs(stage: PipelineStage, device: str) -> dict[str, int]:
    """What a job of the stage needs: its `meta`, and a GPU if it reads that it computes on one."""
    read = {key for dep in stage.deps if isinstance(dep, ParamsDependency) for key in dep.params}
    return {"gpu": int("compute" in read and device == "cuda")} | (stage.meta or {})


def read_jobs(repo: Repo) -> list[Job]:
    """The jobs of dvc.yaml, upstream first; raises `UserError` if params.yaml is wrong."""
    device = load_params().compute.device
    graph = get_active_graph(repo.index.graph)  # to those it depends on: none if it is frozen
    jobs: list[Job] = []
    for stage in plan_repro(graph):
        if isinstance(stage, PipelineStage):  # not data that was added, not made
            deps = {dep.def_path for dep in stage.deps}
            made = [out.def_path for upstream in graph.successors(stage) for out in upstream.outs]
            # One that it names, or one in a folder that it names.
            inputs = [p for p in made if deps & {p, *map(str, PurePosixPath(p).parents)}]
            outputs = [out.def_path for out in stage.outs]
            jobs.append(Job(stage.addressing, inputs, outputs, needs(stage, device)))
    return jobs


def status(entry: Output) -> dict[str, str]:
    """How a file, or each setting that a stage reads of one, differs from what dvc.lock says."""
    found = entry.status()
    if found and isinstance(entry, ParamsDependency):
        recorded = flatten(entry.hash_info.value or {})
        found = dict.fromkeys(changed(recorded, flatten(entry.read_params())), "")
    return dict(found)


def changes(repo: Repo) -> dict[str, dict[str, str]]:
    """What of each stage that DVC calls stale has changed, and how; each file is looked at once.

    In a folder that a stage reads, what no stage makes any more counts as gone: a run removes it.
    """
    gone = [path for path, as_recorded in find_stale_outputs(repo).items() if as_recorded]
    known: dict[tuple[object, ...], dict[str, str]] = {}
    found: dict[str, dict[str, str]] = {}
    for stage in repo.index.stages:
        of_stage = {"its command": ""} if stage.changed_stage() else {}
        for entry in [*([] if stage.frozen else stage.deps), *stage.outs]:
            # Of params.yaml some keys alone count.
            asked = (
                type(entry),
                entry.fs_path,
                str(getattr(entry, "params", None)),
                str(entry.hash_info),
            )
            if asked not in known:
                known[asked] = status(entry)
            of_stage |= known[asked]
            if any(path.is_relative_to(entry.fs_path) for path in gone):
                of_stage[entry.def_path] = "modified"
        if of_stage:
            found[stage.addressing] = of_stage
    return found


def mark(job: Job, stale: bool) -> None:
    """Make the modification times say whether a job's stage is stale."""
    if stale or not job.marker.exists():
        job.marker.parent.mkdir(parents=True, exist_ok=True)
        job.marker.write_text(str(time.time_ns()))  # Snakemake calls old content no change
    if not stale:
        # An input is still to come where the stage reads a folder that gets one more file.
        inputs = filter(Path.exists, [job.marker, *map(Path, job.inputs)])
        newest = max(path.stat().st_mtime_ns for path in inputs)
        for path in map(Path, [*job.outputs, f"{job.log_stem}.tsv"]):
            with suppress(FileNotFoundError):  # no benchmark if `dvc repro` ran the stage
                if path.stat().st_mtime_ns < newest:
                    os.utime(path)


def read_rules(repo: Repo) -> tuple[list[Rule], set[str]]:
    """The rules of dvc.yaml, upstream first, and the stale stages; puts files' times right."""
    jobs, stale = read_jobs(repo), {*changes(repo)}
    for job in jobs:
        mark(job, job.name in stale)
    return by_rule(jobs), stale
