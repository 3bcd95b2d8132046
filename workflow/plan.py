"""What a run would do, and why: what changed, what that makes stale, how long it takes."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

from dvc.repo import Repo

from workflow.bridge import changes, read_jobs
from workflow.dvc import one_line_errors, prepare
from workflow.lockfile import recorded
from workflow.rules import Job, Rule, by_rule

GONE = ("deleted", "not in cache")
NAMED = 2  # of the changes that the same stages read


def counted(jobs: Sequence[Job]) -> str:
    """Jobs by stage: behaviour x 10, grid."""
    counts = Counter(job.rule for job in jobs)
    return ", ".join(rule if count == 1 else f"{rule} x {count}" for rule, count in counts.items())


def shortened(names: list[str]) -> str:
    """The names, or the first few and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names if more < 2 else [*names[:NAMED], f"{more} more"])


def past_minutes(rule: Rule) -> dict[str, float]:
    """How long a rule's jobs took here the last time, by cell."""
    tables = {cell: Path(f"{job.log_stem}.tsv") for cell, job in rule.jobs.items()}
    return {
        cell: float(table.read_text().splitlines()[1].split("\t")[0]) / 60
        for cell, table in tables.items()
        if table.exists()
    }


def times(jobs: list[Job], to_run: list[Job]) -> list[str]:
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


def described(repo: Repo) -> str:
    """The plan of a run of all jobs, for a person to read."""
    jobs, changed = read_jobs(repo), changes(repo)
    known = recorded(Path(repo.root_dir))
    # What `dvc pull` brings; it does not bring what is in git.
    cached = {out.def_path for out in repo.index.outs if out.hash_info and out.use_cache}
    found = {path for of_stage in changed.values() for path, how in of_stage.items() if how in GONE}
    absent = found & cached
    folders = {str(folder) for path in absent for folder in Path(path).parents}
    why: dict[str, list[Job]] = defaultdict(list)
    to_run, pulls, made = list[Job](), 0, set[str]()
    for job in jobs:  # upstream first
        own = {k: how for k, how in changed.get(job.name, {}).items() if k not in absent | folders}
        named = [f"{path} ({how})" if how else path for path, how in own.items()]
        reasons = named if job.own in known else ["new"]
        for reason in reasons:
            why[reason].append(job)
        if reasons or made & {*job.inputs}:
            to_run.append(job)
            made |= {*job.outputs}
        else:
            pulls += not absent.isdisjoint(job.outputs)
    together = defaultdict[str, list[str]](list)
    for reason, stale in why.items():
        together[counted(stale)].append(reason)
    lines: list[str] = []
    if pulls:
        missing = shortened([path for job in jobs for path in job.outputs if path in absent - made])
        lines += [f"Missing, though dvc.lock records it: {missing}."]
        lines += [
            f"`./run dvc pull` brings it; without, a run makes it again, in {pulls} jobs.",
            "",
        ]
    if not to_run:
        return "\n".join([*lines, "Nothing else to do: the rest is as dvc.lock records it."])
    lines += ["What changed, and the stages that read it:"]
    lines += [f"  {shortened(reasons)}: {stages}" for stages, reasons in together.items()]
    lines += ["", f"A run does {len(to_run)} of {len(jobs)} jobs, with those that depend on these:"]
    return "\n".join([*lines, *times(jobs, to_run)])


if __name__ == "__main__":
    with one_line_errors():
        prepare()
        print(described(Repo(_wait_for_lock=True)))
