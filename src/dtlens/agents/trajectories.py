"""Choose the episodes of an agent that Decision Transformers learn from."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.agents.mixture import play_mixture
from dtlens.agents.settings import DataSettings
from dtlens.agents.snapshots import load_snapshots
from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.task.settings import Environment
from dtlens.trajectories.parquet import read_trajectories, write_trajectories
from dtlens.trajectories.steps import rtg_histogram


def main(name: str) -> None:
    section = f"trajectories.{name.rpartition('-')[0]}"
    settings, environment = load(section, DataSettings), load("environment", Environment)
    history = read_trajectories(Path(f"data/ppo/{name}/history.parquet"))
    if settings.source == "history":
        chosen = history
    else:
        snapshots = load_snapshots(Path(f"data/ppo/{name}/agents.safetensors"))
        chosen = play_mixture(snapshots, settings.checkpoints, environment)
    about = {"environment": environment.model_dump(), "trajectories": settings.model_dump()}
    write_trajectories(Path(f"data/trajectories/{name}.parquet"), chosen, about)
    write_csv(Path(f"results/trajectories/{name}.csv"), rtg_histogram(chosen))


if __name__ == "__main__":
    run(main)
