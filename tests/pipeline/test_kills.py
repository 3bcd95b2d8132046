"""Killed runs go on where they were, and runs at the same time keep out of each other's way."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psutil
import pytest
from copies import CHECKPOINT, MODEL, SCENES, TARGETS, Copy, kill
from dvc.repo import Repo

TRAIN = f"dtlens.model.train {MODEL} 200000"
BOTH = ["dtlens.analysis.scenes.build", TRAIN]
# Makes two stages stale, one of them long enough for other commands to meet it.
SEED = {"scenes": {"seed": 2}}
LONG = {"predictions": 200_000}


def cpu_seconds(run: subprocess.Popen[str]) -> float:
    """What a run and its jobs have used; a moment on this clock is the same under any load."""
    leader = psutil.Process(run.pid)
    used = 0.0
    for process in [leader, *leader.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            used += sum(process.cpu_times()[:4])  # its own, and of children that have ended
    return used


@contextmanager
def nothing_repeated(copy: Copy, commands: dict[str, str]) -> Iterator[None]:
    """No stage that is finished by now starts in the block."""
    finished = {commands[name] for name in copy.finished()}
    before = len(copy.started())
    yield
    assert not finished & set(copy.started()[before:])


def test_a_run_killed_at_any_moment_ends_as_if_undisturbed(
    make_copy: Callable[[], Copy], undisturbed: Copy
) -> None:
    copy = make_copy()
    stages = Repo(copy.folder).index.stages
    commands = {stage.name: stage.cmd.removeprefix("python -m ") for stage in stages}
    generator = random.Random(1)
    for whole_group in [True, False] * 5:
        moment = generator.uniform(1, 12)
        print(f"killed after {moment:.2f} CPU-seconds, whole group: {whole_group}")  # if it fails
        with nothing_repeated(copy, commands):
            run = copy.start("snakemake", "-j4", *TARGETS)
            while run.poll() is None and cpu_seconds(run) < moment:
                time.sleep(0.2)  # to ask takes 10 ms of a core that the run should have
            if run.returncode is None:
                kill(run, whole_group)
            else:
                assert run.returncode == 0, run.communicate()[0]
    with nothing_repeated(copy, commands):
        copy.run("snakemake", "-j4", *TARGETS)
    assert copy.outputs() == undisturbed.outputs()
    assert copy.lock == undisturbed.lock
    status = ("git", "status", "--porcelain", "--untracked-files=all")
    assert copy.run(*status) == undisturbed.run(*status)


@pytest.mark.parametrize(
    "command",
    [("snakemake", "-j2", SCENES), ("python", "-m", "workflow.dvc", "repro", "scenes")],
    ids=["snakemake", "dvc"],
)
def test_what_a_killed_writer_leaves_goes_with_the_next_run(
    copy: Copy, command: tuple[str, ...]
) -> None:
    code = """
from pathlib import Path
from dtlens.base.files import atomic_write
with atomic_write(Path("results/table.csv")) as temporary:
    temporary.write_text("half")
    print(temporary, flush=True)
    input()
"""
    before = copy.outputs()
    killed = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=copy.folder,
        env=copy.env,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert killed.stdout
    left = killed.stdout.readline().strip()
    killed.kill()
    killed.communicate()
    assert copy.outputs().keys() - before == {left}
    copy.run("git", "check-ignore", "--quiet", left)
    copy.change({"scenes": {"seed": 2}})
    copy.run(*command)
    assert copy.outputs().keys() == before.keys()


BUSY = r"(?m)^error: /.*: another run is at work here; start again when it is over$"


@pytest.mark.parametrize("first", ["snakemake", "dvc"])
def test_a_second_run_is_refused_in_a_line_and_dvc_is_told_what_runs(
    copy: Copy, first: str
) -> None:
    copy.change(SEED)
    copy.change_model(MODEL, **LONG)
    by_snakemake = ("snakemake", "-j2", CHECKPOINT, SCENES)
    by_dvc = ("dvc", "repro", f"train@{MODEL}", "scenes")
    run = copy.start(*(by_snakemake if first == "snakemake" else by_dvc))
    copy.wait_for_start(TRAIN, run)
    os.killpg(run.pid, signal.SIGSTOP)  # it lasts until it is met, however busy the machine
    job = f"--single-item train@{MODEL}"
    refused = copy.run("dvc", "repro", *job.split(), fails=True)
    assert re.search(r"is busy.*\n +\(PID \d+\): .*dvc|Unable to acquire lock", refused)
    for second in (by_snakemake, by_dvc):
        assert re.search(BUSY, copy.run(*second, fails=True))
    os.killpg(run.pid, signal.SIGCONT)
    copy.end(run)
    assert sorted(copy.started()) == BOTH


def test_a_run_waits_for_the_jobs_of_a_killed_one(copy: Copy) -> None:
    copy.change(SEED)
    copy.change_model(MODEL, **LONG)
    command = ("snakemake", "-j2", CHECKPOINT, SCENES)
    killed = copy.start(*command)
    copy.wait_for_start(TRAIN, killed)
    os.killpg(killed.pid, signal.SIGSTOP)  # its jobs last until the next run has met them
    killed.kill()
    killed.wait()
    run = copy.start(*command)
    assert run.stdout
    met = any("waiting for jobs of a run that was killed to end" in line for line in run.stdout)
    os.killpg(killed.pid, signal.SIGCONT)
    copy.end(run)
    assert killed.stdout
    killed.stdout.close()
    assert met
    assert sorted(copy.started()) == BOTH
