"""Choose the data set that Decision Transformers learn from."""

from pathlib import Path

from dtlens.agents import load_snapshots, play_mixture
from dtlens.io.files import write_csv
from dtlens.params import load
from dtlens.params.environment import Environment
from dtlens.params.trajectories import Trajectories
from dtlens.stages import run
from dtlens.trajectories import read_trajectories, rtg_histogram, write_trajectories


def main() -> None:
    settings, environment = load(Trajectories), load(Environment)
    history = read_trajectories(Path("data/ppo/history.parquet"))
    if settings.source == "history":
        chosen = history
    else:
        snapshots = load_snapshots(Path("data/ppo/agents.safetensors"))
        chosen = play_mixture(snapshots, settings.checkpoints, environment)
    about = {"environment": environment.model_dump(), "trajectories": settings.model_dump()}
    write_trajectories(Path("data/trajectories.parquet"), chosen, about)
    write_csv(Path("results/trajectories/rtg_histogram.csv"), rtg_histogram(chosen))


if __name__ == "__main__":
    run(main)
