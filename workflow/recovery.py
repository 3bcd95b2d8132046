"""One run at a time in a folder, and going on after one that was killed.

Snakemake's own lock of the folder outlives a killed run, so the profile turns it off; the system
releases the one here. The jobs of a killed run may live on, on other machines too: so each job
holds a lock of a file. Those that have not begun when another run has (they may wait in a cluster's
queue) refuse to.
"""

import fcntl
import os
import platform
import uuid
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


def lock_alone(name: str, held_by: str) -> None:
    try:
        fcntl.flock(lock_file(name), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UserError(
            f"{Path.cwd()}: {held_by} at work here; start again when it is over"
        ) from None


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

    Raises `UserError` if another run, or a job of a killed one, is at work here.
    """
    lock_alone("run", "another run is")
    os.environ[RUN] = str(uuid.uuid4())
    lock_file("run").truncate(0)
    print(os.environ[RUN], end="", file=lock_file("run"), flush=True)
    lock_alone("jobs", "a job of a run that was killed is still")
    fcntl.flock(lock_file("jobs"), fcntl.LOCK_UN)
    # DVC's table of who reads and writes what: a kill may tear it, or leave numbers of processes
    # that others have by now, for which DVC would refuse (treeverse/dvc#7615).
    Path(".dvc/tmp/rwlock").unlink(missing_ok=True)
    for folder in ("data", "results"):
        for unfinished in Path(folder).rglob(".*.part"):
            unfinished.unlink()
