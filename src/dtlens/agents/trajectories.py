"""Choose the episodes of an agent that Decision Transformers learn from."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.agents.decisions import decisions
from dtlens.agents.mixture import play_mixture
from dtlens.agents.settings import DataSettings
from dtlens.agents.snapshots import load_snapshots
from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.env.card import card
from dtlens.env.parquet import read_trajectories, write_trajectories
from dtlens.env.settings import Environment
from dtlens.env.trajectories import join, rtg_histogram


def main(name: str) -> None:
    section = f"trajectories.{name.rpartition('-')[0]}"
    settings, environment = load(section, DataSettings), load("environment", Environment)
    history = read_trajectories(Path(f"data/ppo/{name}/history.parquet"))
    chosen = history
    if settings.checkpoints:
        snapshots = load_snapshots(Path(f"data/ppo/{name}/agents.safetensors"))
        played = play_mixture(snapshots, settings.checkpoints, environment)
        chosen = join(history, played) if settings.source == "both" else played
    about = {"environment": environment.model_dump(), "trajectories": settings.model_dump()}
    write_trajectories(Path(f"data/trajectories/{name}.parquet"), chosen, about)
    tables = {
        "rtg_histogram": rtg_histogram(chosen),
        "decisions": decisions(chosen),
        "facts": card(chosen, environment.max_steps),
    }
    for table, rows in tables.items():
        write_csv(Path(f"results/trajectories/{name}/{table}.csv"), rows)


if __name__ == "__main__":
    run(main)
