"""One run at a time in a folder, and going on after one that was killed.

Snakemake's own lock of the folder outlives a killed run, so the profile turns it off; the system
releases the one here. The jobs of a killed run may live on.
"""

import fcntl
import json
import sys
import time
from functools import cache
from pathlib import Path
from typing import TextIO

import psutil
from dvc.lock import make_lock

LOCKED_FILES = Path(".dvc/tmp/rwlock")  # DVC's table of who reads and writes what


@cache
def run_lock() -> TextIO:
    """The file that a run has locked; open, so that the lock lasts, until the process ends."""
    Path(".snakemake").mkdir(exist_ok=True)
    return Path(".snakemake/run.lock").open("w")


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
        fcntl.flock(run_lock(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        waited = True
        print("waiting for another run in this folder to end", file=sys.stderr)
        fcntl.flock(run_lock(), fcntl.LOCK_EX)
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
