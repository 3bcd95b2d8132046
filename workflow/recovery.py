"""One run at a time in a folder, and going on after one that was killed.

Snakemake's own lock of the folder outlives a killed run, so the profile turns it off; the system
releases the one here. The jobs of a killed run may live on, on other machines too, whose process
numbers say nothing here: so each job holds a lock of a file. Those that have not begun when another
run has (they may wait in a cluster's queue) refuse to.
"""

import fcntl
import json
import os
import platform
import sys
import time
import uuid
from functools import cache
from pathlib import Path
from typing import TextIO

import psutil
from dvc.lock import make_lock

from dtlens.base.errors import UserError

LOCKED_FILES = Path(".dvc/tmp/rwlock")  # DVC's table of who reads and writes what
RUN = "DTLENS_RUN"  # in a job's environment, the name of its run


@cache
def lock_file(name: str) -> TextIO:
    """A file to lock, `run` or `jobs`; open, so that a lock lasts, until the process ends."""
    Path(".snakemake").mkdir(exist_ok=True)
    return Path(f".snakemake/{name}.lock").open("a+")


def join_run() -> None:
    """Say where a job runs, and let runs that begin from now on wait until it has ended.

    Raises `UserError` if one has begun since the job's own.
    """
    slurm = f", Slurm job {os.environ['SLURM_JOB_ID']}" if "SLURM_JOB_ID" in os.environ else ""
    print(f"on {platform.node()}{slurm}", flush=True)
    fcntl.flock(lock_file("jobs"), fcntl.LOCK_SH)
    lock_file("run").seek(0)
    if os.environ.get(RUN, run := lock_file("run").read()) != run:
        raise UserError("another run has begun since this job's own was killed: it is left to that")


def jobs_at_work() -> list[int]:
    """The processes in which DVC runs a stage here, whoever started them.

    Clears the table if there are none: a kill may leave it torn, and with process numbers that
    others have by now, for which DVC would refuse to run.
    """
    LOCKED_FILES.parent.mkdir(parents=True, exist_ok=True)
    # Between two stages `dvc repro` is in no table, but holds this lock.
    with make_lock(str(LOCKED_FILES.with_name("lock")), wait=True):
        try:
            table = json.loads(LOCKED_FILES.read_text())
            written = LOCKED_FILES.stat().st_mtime
        except FileNotFoundError:
            return []
        except json.JSONDecodeError:
            table, written = {}, 0.0
        readers = [reader for many in table.get("read", {}).values() for reader in many]
        pids = {holder["pid"] for holder in [*table.get("write", {}).values(), *readers]}
        at_work = [pid for pid in sorted(pids) if was_started_before(written, pid)]
        if not at_work:
            LOCKED_FILES.unlink()
        return at_work


def was_started_before(moment: float, pid: int) -> bool:
    """Whether a process that old has the number and lives; a younger one got it from a dead one."""
    try:
        process = psutil.Process(pid)
        return process.create_time() < moment and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def acquire_run_lock() -> bool:
    """Return once no other run and no job of a killed one is at work here; hold the folder.

    What jobs were writing when they were killed is removed. Returns whether there was another.
    """
    waited = False
    try:
        fcntl.flock(lock_file("run"), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        waited = True
        print("waiting for another run in this folder to end", file=sys.stderr)
        fcntl.flock(lock_file("run"), fcntl.LOCK_EX)
    os.environ[RUN] = str(uuid.uuid4())
    lock_file("run").truncate(0)
    print(os.environ[RUN], end="", file=lock_file("run"), flush=True)
    try:
        fcntl.flock(lock_file("jobs"), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        waited = True
        print("waiting for the jobs of a run that was killed to end", file=sys.stderr)
        fcntl.flock(lock_file("jobs"), fcntl.LOCK_EX)
    fcntl.flock(lock_file("jobs"), fcntl.LOCK_UN)
    while pids := jobs_at_work():
        waited = True
        print(f"waiting for stages that processes {pids} run in this folder", file=sys.stderr)
        now = time.time()
        while any(was_started_before(now, pid) for pid in pids):
            time.sleep(0.2)
    for folder in ("data", "results"):
        for unfinished in Path(folder).rglob(".*.part"):
            unfinished.unlink()
    return waited
