"""One run at a time in a folder, and going on after one that was killed.

Snakemake's own lock of the folder outlives a killed run, so the profile turns it off: the system
releases the one here. DVC writes dvc.lock and its table of locked files in place, so a kill may
leave either torn.
"""

import atexit
import fcntl
import json
import shutil
import sys
import time
from functools import cache
from pathlib import Path
from typing import TextIO

import psutil
from dvc.dvcfile import Lockfile
from dvc.exceptions import DvcException
from dvc.lock import make_lock
from dvc.repo import Repo
from dvc.utils.serialize import load_yaml

DVC_LOCK = Path("dvc.lock")
COPY = Path(".snakemake/dvc.lock")  # dvc.lock as the run found it, while the run goes on
LOCKED_FILES = Path(".dvc/tmp/rwlock")


@cache
def run_lock() -> TextIO:
    """The file whose lock a run holds; open, so that the lock lasts, until the process ends."""
    COPY.parent.mkdir(exist_ok=True)
    return Path(".snakemake/run.lock").open("w")


def jobs_at_work() -> list[int]:
    """The processes in which DVC runs a stage, whoever started them."""
    try:
        table = json.loads(LOCKED_FILES.read_text())
        written = LOCKED_FILES.stat().st_mtime
    except (FileNotFoundError, json.JSONDecodeError):
        return []
    holders = [*table.get("write", {}).values()]
    holders += [holder for readers in table.get("read", {}).values() for holder in readers]

    def is_at_work(pid: int) -> bool:
        try:  # a process younger than the table only has the number of a dead one
            return psutil.Process(pid).create_time() < written
        except psutil.NoSuchProcess:
            return False

    return sorted({holder["pid"] for holder in holders if is_at_work(holder["pid"])})


def is_torn() -> bool:
    """Whether dvc.lock cannot be read or lacks a stage that it had when the run began."""
    try:
        now = Lockfile.validate(load_yaml(DVC_LOCK))
    except DvcException:
        return True
    return not load_yaml(COPY).get("stages", {}).keys() <= now.get("stages", {}).keys()


def mend() -> None:
    """Put right what a killed run left torn; does nothing while a run goes on."""
    try:
        fcntl.flock(run_lock(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    repo = Repo(_wait_for_lock=True)
    with repo.lock, make_lock(f"{LOCKED_FILES}.lock", wait=True):
        if not jobs_at_work():
            LOCKED_FILES.unlink(missing_ok=True)
        if COPY.exists():
            if is_torn():
                shutil.copy(COPY, DVC_LOCK)  # what ended since is in the run cache
            COPY.unlink()


def begin() -> None:
    """Take the folder for a run, once no other run and no job of a killed one is at work in it."""
    fcntl.flock(run_lock(), fcntl.LOCK_EX)
    if pids := jobs_at_work():
        print(f"waiting for stages that processes {pids} still run here", file=sys.stderr)
    while jobs_at_work():
        time.sleep(1)
    if not DVC_LOCK.exists():
        DVC_LOCK.write_text("schema: '2.0'\n")
    shutil.copy(DVC_LOCK, COPY)
    atexit.register(COPY.unlink, missing_ok=True)
