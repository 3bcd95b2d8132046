"""How long a person waits for the tools when there is nothing to compute."""

import subprocess
import sys
import time

ROUNDS = 3
DTLENS = "import sys; from dtlens.cli import app; sys.argv[0] = 'dtlens'; app()"
COMMANDS = {
    "snakemake -n all, nothing to do": ["-m", "workflow.snakemake", "-n", "all"],
    "dvc push, nothing new": ["-m", "dvc", "push", "--quiet"],
    "dtlens trace of a figure": ["-c", DTLENS, "trace", "results/figures/grid.svg"],
    "dtlens trace of the report": ["-c", DTLENS, "trace", "results/claims.md"],
}


def seconds(arguments: list[str]) -> float:
    """The shortest of a few waits, so that other work on the machine weighs little."""
    waits = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        waits.append(time.perf_counter() - started)
    return min(waits)


def measure() -> dict[str, float]:
    """Seconds of each command, start-up included."""
    return {f"seconds: {name}": seconds(arguments) for name, arguments in COMMANDS.items()}


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name}: {value:.2f}")
