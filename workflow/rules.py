"""The pipeline as Snakemake sees it: a rule per stage of dvc.yaml, a job per cell of a matrix.

`snakemake` of .venv asks DVC for it (workflow/bridge.py) and leaves it in a file for the Snakefile,
which processes read too that Snakemake starts for jobs on other machines.
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from snakemake.io import report

from dtlens.base.files import atomic_write

FILE = Path(".snakemake/rules.json")


@dataclass(frozen=True)
class Job:
    """A DVC stage, or a cell of a matrix stage, with the files that Snakemake watches."""

    name: str  # what DVC calls it, e.g. train_headline@1L-128d-2h-1k-index-ours-r1-ours-s1, or
    # beyond/dvc.yaml:distillation of that file
    inputs: list[str]
    outputs: list[str]
    needs: dict[str, int]  # threads, mem_mb, runtime in minutes, gpu: what is said of them

    @property
    def own(self) -> str:
        """Its name in its file: no two files have the same."""
        return self.name.rpartition(":")[2]

    @property
    def rule(self) -> str:
        return self.own.partition("@")[0]

    @property
    def cell(self) -> str:
        """DVC's key of a matrix stage: its values joined by "-"; else ""."""
        return self.name.partition("@")[2]

    @property
    def log_stem(self) -> str:
        """The path of its log and benchmark, less the suffix."""
        return f"logs/{self.own}"

    @property
    def marker(self) -> Path:
        return Path(".snakemake/markers", self.own)


@dataclass(frozen=True)
class Rule:
    """A stage of dvc.yaml as a Snakemake rule; that of a matrix stage has the wildcard `cell`."""

    name: str
    jobs: dict[str, Job] = field(default_factory=dict)  # by cell

    def job(self, wildcards: Mapping[str, str]) -> Job:
        return self.jobs[wildcards.get("cell", "")]

    def inputs(self, wildcards: Mapping[str, str]) -> list[str]:
        return [str(self.job(wildcards).marker), *self.job(wildcards).inputs]

    def address(self, wildcards: Mapping[str, str]) -> str:
        """What DVC calls the stage."""
        return self.job(wildcards).name

    @property
    def is_beyond(self) -> bool:
        """Whether beyond/dvc.yaml has it."""
        return all(job.name.startswith("beyond/") for job in self.jobs.values())

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
        return f"logs/{self.name}" + "@{cell}" * ("" not in self.jobs)

    @property
    def cells(self) -> str:
        """A regular expression of the cells there are."""
        return "|".join(map(re.escape, self.jobs))

    def need(self, resource: str, default: int) -> int:
        return next(iter(self.jobs.values())).needs.get(resource, default)

    def mem_mb(self, wildcards: Mapping[str, str], attempt: int) -> int:
        """MB of memory: more with each attempt, where a profile has any but the first."""
        return self.need("mem_mb", 2000) * attempt

    def runtime(self, wildcards: Mapping[str, str], attempt: int) -> int:
        """Minutes, likewise."""
        return self.need("runtime", 10) * attempt


def by_rule(jobs: Iterable[Job]) -> list[Rule]:
    """The rules of jobs that come upstream first, in that order."""
    rules: dict[str, Rule] = {}
    for job in jobs:
        rules.setdefault(job.rule, Rule(job.rule)).jobs[job.cell] = job
    return list(rules.values())


def groups(rules: list[Rule]) -> dict[str, str]:
    """The group of each rule with cells: the first rule that has the same ones.

    On a cluster a cell's jobs of one group are one submission.
    """
    first: dict[frozenset[str], str] = {}
    celled = [rule for rule in rules if "" not in rule.jobs]
    return {rule.name: first.setdefault(frozenset(rule.jobs), rule.name) for rule in celled}


def outputs_for(rules: list[Rule], cells: list[str]) -> list[str]:
    """What can be made without any other cells; `rules` are sorted upstream first."""
    outputs: dict[str, None] = {}
    for rule in rules:
        for job in (rule.jobs[name] for name in ("", *cells) if name in rule.jobs):
            if outputs.keys() >= set(job.inputs):
                outputs |= dict.fromkeys(job.outputs)
    return list(outputs)


def shown(path: str) -> Any:
    """An output's path, flagged for `snakemake --report` if it is to be in it."""
    place, caption = Path(path), "workflow/report.rst"
    if path == "results/claims.md":
        return report(path, caption=caption, category="Claims")
    if place.parts[1:2] == ("figures",) and place.suffix == ".png":
        return report(path, caption=caption, category="Figures", labels={"figure": place.stem})
    return path


def save_rules(rules: list[Rule]) -> None:
    jobs = [asdict(job) for rule in rules for job in rule.jobs.values()]
    with atomic_write(FILE) as new:
        new.write_text(json.dumps(jobs))


def saved_rules() -> list[Rule]:
    """The rules of the run that a process belongs to."""
    if not FILE.exists():
        sys.exit("error: no rules yet: `./run snakemake` reads them from dvc.yaml")
    return by_rule(Job(**job) for job in json.loads(FILE.read_text()))
