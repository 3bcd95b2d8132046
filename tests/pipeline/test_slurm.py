"""The pipeline on a real Slurm of one node: what is recorded, what fails, and what is killed."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from copies import ROOT, TARGETS, Copy, kill
from filelock import FileLock
from slurm import Slurm, missing

STAGES = """
vars: [study.yaml]
stages:
  agent:
    cmd: echo agent >> $STARTED;
      timeout 400 sh -c 'while test -e wait; do sleep 0.1; done'; cp agent.txt agent
    deps: [agent.txt]
    outs: [agent]
    meta: {mem_mb: 1000, runtime: 30}
  train_grid:
    matrix: &grid {model: "${model}", seed: "${seed}"}
    cmd: echo ${key} >> $STARTED; mkdir -p data/dt;
      if grep -qx ${item.seed} fails; then echo "${item.seed} cannot be trained"; exit 1; fi;
      cp agent data/dt/${key}
    deps: [agent]
    outs: ["data/dt/${key}"]
    meta: {runtime: 30}
  calibrate_grid:
    matrix: *grid
    cmd: mkdir -p results/${key}; echo ${key} > results/${key}/table.csv
    deps: ["data/dt/${key}"]
    outs: ["results/${key}/table.csv"]
  listing:
    cmd: ls data/dt > listing.csv
    deps: [data/dt]
    outs: [listing.csv: {cache: false}]
"""
LOCAL = ("snakemake", "-j2", "all")
# Without a database of jobs, `squeue` is whom to ask; and nobody else's patience is to be spared.
ON_SLURM = ["snakemake", "--profile", "profiles/slurm", "--slurm-status-command", "squeue"]
ON_SLURM += ["--slurm-init-seconds-before-status-checks", "2", "--latency-wait", "20"]


@pytest.fixture(scope="module")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slurm]:
    if reason := missing():
        pytest.skip(reason)
    with FileLock("/run/lock/dtlens-slurm"):  # it has one folder of settings, and one port
        slurm = Slurm(tmp_path_factory.mktemp("slurm"))
        try:
            slurm.start()
            yield slurm
        finally:
            slurm.end()


@pytest.fixture
def study(tmp_path: Path) -> Copy:
    """Two models, by stages that do nothing, of which none has run."""
    study = Copy(tmp_path / "study")
    study.timeout = 900
    study.folder.mkdir()
    study.env["PYTHONPATH"] = str(ROOT / "src")
    for name in (
        "Snakefile",
        "params.yaml",
        "models.yaml",
        "requirements.lock",
        ".gitignore",
        ".dvcignore",
    ):
        shutil.copy(ROOT / name, study.folder)
    for name in ("workflow", "profiles", ".dvc"):
        shutil.copytree(
            ROOT / name,
            study.folder / name,
            ignore=shutil.ignore_patterns("cache", "tmp", "*.local"),
        )
    files = {"dvc.yaml": STAGES, "agent.txt": "agent\n", "fails": ""}
    files["study.yaml"] = yaml.safe_dump({"model": ["1L"], "seed": ["s0", "s1"]})
    for name, text in files.items():
        (study.folder / name).write_text(text)
    study.run("git", "init", "--quiet")
    return study


def start_until(study: Copy, done: Callable[[], bool], *command: str) -> subprocess.Popen[str]:
    """A run that has got so far."""
    run, end = study.start(*command), time.monotonic() + 400
    while not done():
        assert run.poll() is None, run.communicate()[0]
        assert time.monotonic() < end, kill(run, whole_group=True)
        time.sleep(0.1)
    return run


def start_agent(study: Copy) -> subprocess.Popen[str]:
    """A run on Slurm whose first job is at work until `wait` goes."""
    (study.folder / "wait").touch()
    return start_until(study, lambda: "agent" in study.started(), *ON_SLURM, "all")


def assert_finished_each_once(study: Copy) -> None:
    """Nothing is stale, by either engine, and no stage has begun twice."""
    assert study.stale() == study.to_run() == set()
    assert sorted(study.started()) == ["1L-s0", "1L-s1", "agent"]


def test_the_tiny_pipeline_is_recorded_as_by_a_local_run(
    slurm: Slurm, make_copy: Callable[[], Copy], undisturbed: Copy
) -> None:
    """Six stages in four submissions: the agent with its data, the scenes, and two models."""
    copy = make_copy()
    copy.run(*ON_SLURM, *TARGETS)
    assert copy.lock == undisturbed.lock
    assert copy.outputs() == undisturbed.outputs()
    assert "Nothing to be done" in copy.run("snakemake", "-n", *TARGETS)
    assert [state for state, *_ in slurm.jobs(copy.folder)] == ["COMPLETED"] * 4
    for log in copy.folder.glob("logs/*.log"):
        assert re.match(rf"on {os.uname().nodename}, Slurm job \d+\n", log.read_text())


def test_what_fails_is_shown_and_tried_with_more_and_nothing_else_fails(
    slurm: Slurm, study: Copy
) -> None:
    (study.folder / "fails").write_text("s1\n")
    printed = study.run(*ON_SLURM, "--retries", "1", "all", fails=True)
    assert "s1 cannot be trained" in printed
    assert "logs/train_grid@1L-s1.log" in printed
    # Of a model 2000 MB, and 30 minutes to train and 10 to calibrate.
    assert sorted(slurm.jobs(study.folder)) == [
        ["COMPLETED", "1000M", "30:00"],
        ["COMPLETED", "2000M", "40:00"],
        ["FAILED", "2000M", "40:00"],
        ["FAILED", "4000M", "1:20:00"],
    ]
    names = {"agent", "train_grid@1L-s0", "calibrate_grid@1L-s0"}
    assert study.lock["stages"].keys() == names

    (study.folder / "fails").write_text("")
    study.run(*LOCAL)
    assert study.stale() == study.to_run() == set()


def test_a_cancelled_run_takes_its_jobs_along(slurm: Slurm, study: Copy) -> None:
    run = start_agent(study)
    os.killpg(run.pid, signal.SIGINT)
    study.end(run, fails=True)
    slurm.wait(lambda: slurm.jobs(study.folder)[-1][0] == "CANCELLED")
    assert not (study.folder / "dvc.lock").exists()
    (study.folder / "wait").unlink()
    Path(study.env["STARTED"]).unlink()
    study.run(*LOCAL)
    assert_finished_each_once(study)


def test_the_jobs_of_a_killed_run_are_waited_for(slurm: Slurm, study: Copy) -> None:
    kill(start_agent(study), whole_group=True)
    # A process number of another machine says nothing here: as if the job ran on one.
    (study.folder / ".dvc/tmp/rwlock").write_text("{}")
    run = study.start(*LOCAL)
    assert run.stdout
    said = iter(run.stdout.readline, "waiting for jobs of a run that was killed to end\n")
    assert all(said)  # an empty line is the end of what it says
    (study.folder / "wait").unlink()
    study.end(run)
    assert_finished_each_once(study)


def test_a_job_in_the_queue_leaves_its_stage_to_the_next_run(slurm: Slurm, study: Copy) -> None:
    subprocess.run(["scontrol", "update", "PartitionName=main", "State=DOWN"], check=True)
    queued = start_until(study, lambda: bool(slurm.jobs(study.folder)), *ON_SLURM, "all")
    kill(queued, whole_group=True)
    study.run(*LOCAL)
    subprocess.run(["scontrol", "update", "PartitionName=main", "State=UP"], check=True)
    slurm.wait(lambda: slurm.jobs(study.folder)[-1][0] == "FAILED")
    assert "is left to that" in (study.folder / "logs/agent.log").read_text()
    assert_finished_each_once(study)


def test_a_controller_that_is_killed_and_comes_back_loses_nothing(
    slurm: Slurm, study: Copy
) -> None:
    run = start_agent(study)
    time.sleep(7)  # it saves what it knows within 5 seconds, and forgets what it did not
    slurm.kill("slurmctld")
    (study.folder / "wait").unlink()
    time.sleep(3)
    slurm.start_controller()
    study.end(run)
    assert_finished_each_once(study)
