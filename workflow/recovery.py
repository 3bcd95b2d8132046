"""One run at a time in a folder, and going on after one that was killed.

Snakemake's own lock of the folder outlives a killed run, so the profile turns it off; the system
releases the one here. The jobs of a killed run may live on, on other machines too: so each job
holds a lock of a file. Those that have not begun when another run has (they may wait in a cluster's
queue) refuse to.
"""

import fcntl
import os
import platform
import sys
import uuid
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TextIO

from dtlens.base.errors import UserError

RUN = "DTLENS_RUN"  # in a job's environment, the name of its run


@cache
def lock_file(name: str) -> TextIO:
    """A file to lock, `run` or `jobs`; open, so that a lock lasts, until the process ends."""
    Path(".snakemake").mkdir(exist_ok=True)
    return Path(f".snakemake/{name}.lock").open("a+")


def is_free(name: str) -> bool:
    """Whether nobody else had the lock, which this process has from now on."""
    with suppress(BlockingIOError):
        fcntl.flock(lock_file(name), fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def join_run() -> None:
    """Say where a job runs, and keep other runs out until it has ended.

    Raises `UserError` if one has begun since the job's own.
    """
    slurm = f", Slurm job {os.environ['SLURM_JOB_ID']}" if "SLURM_JOB_ID" in os.environ else ""
    print(f"on {platform.node()}{slurm}", flush=True)
    fcntl.flock(lock_file("jobs"), fcntl.LOCK_SH)
    lock_file("run").seek(0)
    if os.environ.get(RUN, run := lock_file("run").read()) != run:
        raise UserError("another run has begun since this job's own was killed: it is left to that")


def hold_folder() -> None:
    """Have the folder for one run until the process ends; remove what killed jobs half wrote.

    Jobs of a killed run that are still at work are waited for: what they make counts. Raises
    `UserError` if another run is at work here.
    """
    if not is_free("run"):
        raise UserError(f"{Path.cwd()}: another run is at work here; start again when it is over")
    os.environ[RUN] = str(uuid.uuid4())
    lock_file("run").truncate(0)
    print(os.environ[RUN], end="", file=lock_file("run"), flush=True)
    if not is_free("jobs"):
        print("waiting for jobs of a run that was killed to end", file=sys.stderr, flush=True)
        fcntl.flock(lock_file("jobs"), fcntl.LOCK_EX)
    fcntl.flock(lock_file("jobs"), fcntl.LOCK_UN)
    # DVC's table of who reads and writes what: a kill may tear it, or leave numbers of processes
    # that others have by now, for which DVC would refuse (treeverse/dvc#7615).
    Path(".dvc/tmp/rwlock").unlink(missing_ok=True)
    for folder in ("data", "results"):
        for unfinished in Path(folder).rglob(".*.part"):
            unfinished.unlink()
