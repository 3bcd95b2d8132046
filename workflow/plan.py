"""What a run would do, and why: what changed, what that makes stale, how long it takes."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean

from dvc.dependency import ParamsDependency
from dvc.output import Output
from dvc.utils.flatten import flatten

from dtlens.base.errors import one_line_errors
from workflow.bridge import DvcJob, Statuses, read_jobs
from workflow.edits import changed
from workflow.rules import Job, Rule, by_rule

NAMED = 2  # of the changes that the same stages read


@dataclass
class Plan:
    """What a run does, of jobs that are looked at upstream first."""

    to_run: list[DvcJob] = field(default_factory=list)
    to_pull: list[DvcJob] = field(
        default_factory=list
    )  # as recorded, but for files that are not here
    why: dict[str, list[DvcJob]] = field(default_factory=lambda: defaultdict(list))
    known: Statuses = field(default_factory=Statuses)
    made: set[str] = field(default_factory=set)
    absent: dict[str, Output] = field(default_factory=dict)  # by path, what DVC can bring back

    def look_at(self, job: DvcJob) -> None:
        here = {out.def_path: out for out in job.stage.outs if self.is_absent(out)}
        self.absent |= here
        reasons = self.reasons(job)
        for reason in reasons:
            self.why[reason].append(job)
        if reasons or self.made & set(job.inputs):
            self.to_run.append(job)
            self.made |= set(job.outputs)
        elif here:
            self.to_pull.append(job)

    def is_absent(self, out: Output) -> bool:
        """Whether a file is recorded, and not here; what is in git, DVC does not bring."""
        gone = {"deleted", "not in cache"} & set(self.known.status(out).values())
        return bool(gone and out.hash_info and out.use_cache)

    def will_be_as_recorded(self, dep: Output) -> bool:
        """Whether what is wrong with it ends when absent files, it or those in it, are back."""
        if dep.def_path in self.absent:
            return bool(self.absent[dep.def_path].hash_info == dep.hash_info)
        return any(Path(path).is_relative_to(dep.def_path) for path in self.absent)

    def reasons(self, job: DvcJob) -> list[str]:
        """What of a job is not as dvc.lock records it, less what is only not here."""
        stage = job.stage
        if not stage.frozen and not any(out.hash_info for out in stage.outs):
            return ["new"]
        found = ["its command"] if stage.changed_stage() else []
        outs = [out for out in stage.outs if out.def_path not in self.absent]
        for entry in [*([] if stage.frozen else stage.deps), *outs]:
            status = self.known.status(entry)
            if status and isinstance(entry, ParamsDependency):
                recorded = entry.hash_info.value or {}
                found += changed(flatten(recorded), flatten(entry.read_params()))
            elif status and not self.will_be_as_recorded(entry):
                found += [f"{path} ({change})" for path, change in status.items()]
        return found


def past_minutes(rule: Rule) -> dict[str, float]:
    """How long a rule's jobs took here the last time, by cell."""
    tables = {cell: Path(f"{job.log_stem}.tsv") for cell, job in rule.jobs.items()}
    return {
        cell: float(table.read_text().splitlines()[1].split("\t")[0]) / 60
        for cell, table in tables.items()
        if table.exists()
    }


def counted(jobs: Sequence[Job]) -> str:
    """Jobs by stage: behaviour x 10, grid."""
    counts = Counter(job.rule for job in jobs)
    return ", ".join(rule if count == 1 else f"{rule} x {count}" for rule, count in counts.items())


def shortened(names: list[str]) -> str:
    """The names, or the first few and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names if more < 2 else [*names[:NAMED], f"{more} more"])


def of_changes(why: dict[str, list[DvcJob]]) -> list[str]:
    together = defaultdict[str, list[str]](list)
    for reason, stale in why.items():
        together[counted(stale)].append(reason)
    return [f"  {shortened(changes)}: {stages}" for stages, changes in together.items()]


def of_pull(jobs: list[DvcJob], absent: dict[str, Output]) -> list[str]:
    """How to come by what is recorded and not here."""
    paths = [path for job in jobs for path in job.outputs if path in absent]
    return [
        f"Missing, though dvc.lock records it: {shortened(paths)}.",
        f"`./run dvc pull` brings it; without, a run makes it again, in {len(jobs)} jobs.",
    ]


def of_times(jobs: list[DvcJob], to_run: list[DvcJob]) -> list[str]:
    """A line a rule, and the sums: as the last time here, of another cell if need be."""
    lines: list[str] = []
    sums = {"": 0.0, "at most ": 0.0}
    rules = {rule.name: rule for rule in by_rule(jobs)}
    for stale in by_rule(to_run):
        if past := past_minutes(rules[stale.name]):
            word, minutes = "", sum(past.get(cell, mean(past.values())) for cell in stale.jobs)
        else:
            word, minutes = "at most ", float(len(stale.jobs) * stale.need("runtime", 10))
        sums[word] += minutes
        lines.append(f"  {counted(list(stale.jobs.values()))}: {word}{minutes:.1f} min")
    total = " and ".join(f"{word}{minutes:.0f}" for word, minutes in sums.items() if minutes)
    lines += ["", f"Together {total} minutes one job at a time, half of that with -j2;"]
    lines += ["less where a stage's new output is the old one, or DVC's cache has the result."]
    if sums["at most "]:
        lines += ["What has not run here has no time yet, only the limit in dvc.yaml (`runtime`)."]
    return lines


def described(jobs: list[DvcJob]) -> str:
    """The plan of a run of all jobs, which come upstream first, for a person to read."""
    plan = Plan()
    for job in jobs:
        plan.look_at(job)
    pull = of_pull(plan.to_pull, plan.absent) if plan.to_pull else []
    if not plan.to_run:
        rest = "Nothing else is to be done: the rest" if pull else "Nothing to do: everything"
        return "\n".join([*pull, f"{rest} is as dvc.lock records it."])
    lines = ["What changed, and the stages that read it:", *of_changes(plan.why), ""]
    lines += [*pull, ""] if pull else []
    count = f"{len(plan.to_run)} of {len(jobs)} jobs"
    lines += [f"A run does {count}, with those that depend on these:"]
    return "\n".join([*lines, *of_times(jobs, plan.to_run)])


if __name__ == "__main__":
    with one_line_errors():
        print(described(read_jobs()))
