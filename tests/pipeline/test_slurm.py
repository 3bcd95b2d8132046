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
from slurm import Slurm, missing

STAGES = """
vars: [study.yaml]
stages:
  agent:
    cmd: echo agent >> $STARTED; while test -e wait; do sleep 0.1; done; cp agent.txt agent
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
    slurm = Slurm(tmp_path_factory.mktemp("slurm"))
    try:
        slurm.start()
        yield slurm
    finally:
        slurm.end()


@pytest.fixture
def study(tmp_path: Path) -> Copy:
    """Six models of stages that do nothing, of which nothing has run."""
    study = Copy(tmp_path / "study")
    study.folder.mkdir()
    study.env["PYTHONPATH"] = str(ROOT / "src")
    for name in ("Snakefile", "params.yaml", "requirements.lock", ".gitignore", ".dvcignore"):
        shutil.copy(ROOT / name, study.folder)
    for name in ("workflow", "profiles", ".dvc"):
        shutil.copytree(
            ROOT / name,
            study.folder / name,
            ignore=shutil.ignore_patterns("cache", "tmp", "*.local"),
        )
    files = {"dvc.yaml": STAGES, "agent.txt": "agent\n", "fails": ""}
    files["study.yaml"] = yaml.safe_dump({"model": ["1L"], "seed": [f"s{n}" for n in range(6)]})
    for name, text in files.items():
        (study.folder / name).write_text(text)
    study.run("git", "init", "--quiet")
    return study


def wait_for(done: Callable[[], bool], run: subprocess.Popen[str]) -> None:
    while not done():
        assert run.poll() is None, run.communicate()[0]
        time.sleep(0.1)


def assert_finished_each_once(study: Copy) -> None:
    """Nothing is stale, by either engine, and no stage has begun twice."""
    assert study.stale() == study.to_run() == set()
    assert sorted(study.started()) == sorted({"agent", *(f"1L-s{n}" for n in range(6))})


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
    printed = study.run(*ON_SLURM, "all", fails=True)
    assert "s1 cannot be trained" in printed
    assert "logs/train_grid@1L-s1.log" in printed
    submitted = slurm.jobs(study.folder)
    assert submitted[0] == ["COMPLETED", "1000M", "30:00"]
    # Four models side by side, or two, 2000 MB and 30 + 10 minutes; those of s1 thrice.
    assert len(submitted) == 5
    failed = [asked for state, *asked in submitted if state == "FAILED"]
    first = int(failed[0][0].removesuffix("M"))
    assert [memory for memory, _ in failed] == [f"{first * attempt}M" for attempt in (1, 2, 3)]
    assert [limit for _, limit in failed] == ["40:00", "1:20:00", "2:00:00"]
    names = {f"{stage}_grid@1L-s{n}" for stage in ("train", "calibrate") for n in (0, 2, 3, 4, 5)}
    assert study.lock["stages"].keys() == {"agent", *names}

    (study.folder / "fails").write_text("")
    study.run(*LOCAL)
    assert study.stale() == study.to_run() == set()


def test_a_cancelled_run_takes_its_jobs_along(slurm: Slurm, study: Copy) -> None:
    (study.folder / "wait").touch()
    run = study.start(*ON_SLURM, "all")
    study.wait_for_start("agent", run)
    os.killpg(run.pid, signal.SIGINT)
    study.end(run, fails=True)
    slurm.wait(lambda: slurm.jobs(study.folder)[-1][0] == "CANCELLED")
    assert not (study.folder / "dvc.lock").exists()
    (study.folder / "wait").unlink()
    Path(study.env["STARTED"]).unlink()
    study.run(*LOCAL)
    assert_finished_each_once(study)


def test_the_jobs_of_a_killed_run_are_waited_for(slurm: Slurm, study: Copy) -> None:
    (study.folder / "wait").touch()
    killed = study.start(*ON_SLURM, "all")
    study.wait_for_start("agent", killed)
    kill(killed, whole_group=True)
    # A process number of another machine says nothing here: as if the job ran on one.
    (study.folder / ".dvc/tmp/rwlock").write_text("{}")
    run = study.start(*LOCAL)
    assert run.stdout
    said = iter(run.stdout.readline, "waiting for the jobs of a run that was killed to end\n")
    assert all(said)  # an empty line is the end of what it says
    (study.folder / "wait").unlink()
    study.end(run)
    assert_finished_each_once(study)


def test_a_job_in_the_queue_leaves_its_stage_to_the_next_run(slurm: Slurm, study: Copy) -> None:
    subprocess.run(["scontrol", "update", "PartitionName=main", "State=DOWN"], check=True)
    killed = study.start(*ON_SLURM, "all")
    wait_for(lambda: bool(slurm.jobs(study.folder)), killed)
    kill(killed, whole_group=True)
    study.run(*LOCAL)
    subprocess.run(["scontrol", "update", "PartitionName=main", "State=UP"], check=True)
    slurm.wait(lambda: slurm.jobs(study.folder)[-1][0] == "FAILED")
    assert "is left to that" in (study.folder / "logs/agent.log").read_text()
    assert_finished_each_once(study)


def test_a_controller_that_is_killed_and_comes_back_loses_nothing(
    slurm: Slurm, study: Copy
) -> None:
    (study.folder / "wait").touch()
    run = study.start(*ON_SLURM, "all")
    study.wait_for_start("agent", run)
    slurm.kill("slurmctld")
    (study.folder / "wait").unlink()
    time.sleep(3)
    slurm.start_controller()
    study.end(run)
    assert_finished_each_once(study)
