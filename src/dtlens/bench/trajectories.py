"""What a step of the trajectories costs on disk, and how fast they load."""

import time
from pathlib import Path

from dtlens.trajectories.parquet import read_trajectories

PATH = Path("data/trajectories.parquet")


def measure() -> dict[str, float]:
    """Bytes a step, and million steps a second of the best of five loads, checks included."""
    rates = []
    for _ in range(5):
        started = time.perf_counter()
        steps = len(read_trajectories(PATH).t)
        rates.append(steps / (time.perf_counter() - started) / 1e6)
    return {
        "trajectories: bytes a step": PATH.stat().st_size / steps,
        "trajectories: million steps loaded a second": max(rates),
    }
