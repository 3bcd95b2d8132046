"""Choose the data set that Decision Transformers learn from."""

from pathlib import Path

from dtlens.agents import load_snapshots, play_mixture
from dtlens.files import write_csv
from dtlens.params import load_params
from dtlens.stages import run
from dtlens.trajectories import read_trajectories, rtg_histogram, write_trajectories


def main() -> None:
    params = load_params()
    history = read_trajectories(Path("data/ppo/history.parquet"))
    if params.trajectories.source == "history":
        chosen = history
    else:
        snapshots = load_snapshots(Path("data/ppo/agents.safetensors"))
        chosen = play_mixture(snapshots, params.trajectories.checkpoints, params.environment)
    about = {
        "environment": params.environment.model_dump(),
        "trajectories": params.trajectories.model_dump(),
    }
    write_trajectories(Path("data/trajectories.parquet"), chosen, about)
    write_csv(Path("results/trajectories/rtg_histogram.csv"), rtg_histogram(chosen))


if __name__ == "__main__":
    run(main)
