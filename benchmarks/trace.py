"""What `dtlens trace` takes to tell all that a figure comes from."""

import subprocess
import sys
import time

COMMAND = "from dtlens.cli import app; app(['trace', '--all', 'results/figures/claims.png'])"


def measure() -> dict[str, float]:
    """Seconds of the best of three."""
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", COMMAND], check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - started)
    return {"trace of all that a figure comes from: seconds": min(taken)}
