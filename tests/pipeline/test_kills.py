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

TRAIN = f"dtlens.training {MODEL} 200000"
BOTH = ["dtlens.scenes", TRAIN]
# Makes two stages stale, one of them long enough for other commands to meet it.
CHANGES = {"scenes": {"seed": 2}, "headline": {"predictions": 200_000}}


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


def test_runs_take_turns_and_dvc_is_told_what_runs(copy: Copy) -> None:
    copy.change(CHANGES)
    runs = [copy.start("snakemake", "-j2", CHECKPOINT, SCENES) for _ in range(2)]
    copy.wait_for_start(TRAIN, runs[0])
    runs += [copy.start("python", "-m", "workflow.dvc", "repro", "scenes")]
    job = f"--single-item train_headline@{MODEL}"
    refused = copy.run("dvc", "repro", *job.split(), fails=True)
    assert re.search(rf"is busy.*\n +\(PID \d+\): .*dvc.py .*{job}", refused)
    printed = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0], printed
    waiting = ["waiting for another run in this folder to end" in text for text in printed]
    assert sum(waiting[:2]) == 1
    assert waiting[2]
    assert sorted(copy.started()) == BOTH


@pytest.mark.parametrize("ours", [False, True])
def test_a_run_waits_for_all_of_dvc_repro(copy: Copy, ours: bool) -> None:
    copy.change(CHANGES)
    dvc = ["python", "-m", "workflow.dvc"] if ours else ["dvc"]
    repro = copy.start(*dvc, "repro", f"train_headline@{MODEL}", "scenes")
    copy.wait_for_start(TRAIN, repro)
    os.killpg(repro.pid, signal.SIGSTOP)  # it lasts until it is met, however busy the machine
    run = copy.start("snakemake", "-j2", CHECKPOINT, SCENES)
    waiting = "another run" if ours else f"stages that processes [{repro.pid}] run"
    assert run.stdout
    met = any(f"waiting for {waiting} in this folder" in line for line in run.stdout)
    os.killpg(repro.pid, signal.SIGCONT)
    copy.end(run)
    copy.end(repro)
    assert met
    assert sorted(copy.started()) == BOTH
