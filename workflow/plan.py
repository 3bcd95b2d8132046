"""What a run would do, and why: what changed, what that makes stale, how long it takes."""

from collections import Counter, defaultdict
from pathlib import Path

from dvc.dependency import ParamsDependency
from dvc.utils.flatten import flatten

from dtlens.base.errors import one_line_errors
from workflow.bridge import DvcJob, Statuses, read_jobs
from workflow.edits import changed


def reasons(job: DvcJob, known: Statuses) -> list[str]:
    """What of a job is not as dvc.lock records it; empty if it is up to date."""
    if not job.stage.frozen and not any(out.hash_info for out in job.stage.outs):
        return ["new"]
    found = ["its command"] if job.stage.changed_stage() else []
    for entry in job.entries:
        status = known.status(entry)
        if status and isinstance(entry, ParamsDependency):
            recorded = entry.hash_info.value or {}
            found += changed(flatten(recorded), flatten(entry.read_params()))
        else:
            found += [f"{path} ({change})" for path, change in status.items()]
    return found


def minutes(job: DvcJob) -> float:
    """How long it took here the last time, else what its `meta` asks for."""
    measured = Path(f"{job.log_stem}.tsv")
    if measured.exists():
        return float(measured.read_text().splitlines()[1].split("\t")[0]) / 60
    return float(job.needs.get("runtime", 10))


def counted(jobs: list[DvcJob]) -> str:
    """Jobs by stage: behaviour x 10, grid."""
    counts = Counter(job.rule for job in jobs)
    return ", ".join(rule if count == 1 else f"{rule} x {count}" for rule, count in counts.items())


def plan(jobs: list[DvcJob]) -> str:
    """The plan of a run of all jobs, which come upstream first, for a person to read."""
    known, why, made = Statuses(), defaultdict[str, list[DvcJob]](list), set[str]()
    to_run: list[DvcJob] = []
    for job in jobs:
        own = reasons(job, known)
        for reason in own:
            why[reason].append(job)
        if own or made & set(job.inputs):
            to_run.append(job)
            made |= set(job.outputs)
    if not to_run:
        return "Nothing to do: everything is as dvc.lock records it."
    together = defaultdict[str, list[str]](list)
    for reason, stale in why.items():
        together[counted(stale)].append(reason)
    lines = ["What changed, and the stages that read it:"]
    lines += [f"  {', '.join(changes)}: {stages}" for stages, changes in together.items()]
    lines += ["", f"A run does {len(to_run)} of {len(jobs)} jobs, with those that depend on these:"]
    for rule in dict.fromkeys(job.rule for job in to_run):
        of_rule = [job for job in to_run if job.rule == rule]
        lines.append(f"  {counted(of_rule)}: {sum(map(minutes, of_rule)):.1f} min")
    total = sum(map(minutes, to_run))
    lines += ["", f"About {total:.0f} minutes one job at a time, half of that with -j2;"]
    lines.append("less where a stage's new output is the old one, or DVC's cache has the result.")
    return "\n".join(lines)


if __name__ == "__main__":
    with one_line_errors():
        print(plan(read_jobs()))
