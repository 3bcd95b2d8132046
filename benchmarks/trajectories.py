"""What a step of the trajectories costs on disk, and how fast they load."""

import time
from pathlib import Path

from dtlens.env.parquet import read_trajectories
from dtlens.model.sheet import read_sheet


def measure() -> dict[str, float]:
    """Bytes a step, and million steps a second of the best of five loads, checks included."""
    path = Path(f"data/trajectories/{read_sheet().cells[0].data}.parquet")
    rates = []
    for _ in range(5):
        started = time.perf_counter()
        steps = len(read_trajectories(path).t)
        rates.append(steps / (time.perf_counter() - started) / 1e6)
    return {
        "trajectories: bytes a step": path.stat().st_size / steps,
        "trajectories: million steps loaded a second": max(rates),
    }
