"""`python -m benchmarks.locks`: what DVC's lock costs when 64 jobs end at once.

Light processes, which have all that they need loaded: each takes the lock as `dvc repro` does, and
records another stage of a copy of `dvc.lock`, as it does. Its outputs are not hashed meanwhile.
"""

import shutil
import time
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from tempfile import TemporaryDirectory

from dvc.lock import make_lock

from workflow.lockfile import modify_yaml, read

JOBS = 64
KINDS = {"flock": False, "hard links": True}  # core.hardlink_lock


def record(folder: Path, name: str, hardlink: bool, all_ready: Barrier) -> None:
    """Record a stage once all others are about to, too."""
    lock = make_lock(
        str(folder / ".dvc/tmp/lock"), str(folder / ".dvc/tmp"), hardlink_lock=hardlink, wait=True
    )
    all_ready.wait()
    with lock, modify_yaml(str(folder / "dvc.lock"), None) as data:
        data["stages"][name]["cmd"] += " # recorded"


def measure() -> dict[str, float]:
    """Seconds until the last of the jobs has recorded its stage, by the kind of lock."""
    fork = get_context("fork")
    seconds: dict[str, float] = {}
    for kind, hardlink in KINDS.items():
        with TemporaryDirectory() as temporary:
            folder = Path(temporary)
            (folder / ".dvc/tmp").mkdir(parents=True)
            shutil.copy("dvc.lock", folder)
            names = list(read(folder / "dvc.lock")["stages"])[:JOBS]
            all_ready = fork.Barrier(JOBS + 1)
            jobs = [
                fork.Process(target=record, args=(folder, name, hardlink, all_ready))
                for name in names
            ]
            for job in jobs:
                job.start()
            all_ready.wait()
            started = time.perf_counter()
            for job in jobs:
                job.join()
            seconds[f"{JOBS} jobs record their stages, {kind}: seconds"] = (
                time.perf_counter() - started
            )
            stages = read(folder / "dvc.lock")["stages"]
            assert all(stages[name]["cmd"].endswith("# recorded") for name in names)
    return seconds


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name}: {value:.2f}")
