"""Train an agent; keep it, its snapshots, and the episodes that models learn from."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.agents.decisions import decisions
from dtlens.agents.mixture import play_mixture
from dtlens.agents.ppo import learning_curve, train
from dtlens.agents.settings import DataSettings, Ppo
from dtlens.agents.snapshots import Snapshots, save_snapshots
from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.env.card import card
from dtlens.env.parquet import write_trajectories
from dtlens.env.settings import Environment
from dtlens.env.trajectories import from_log, join, rtg_histogram


def main(name: str) -> None:
    recipe, _, seed = name.rpartition("-r")
    settings, environment = load(f"ppo.{recipe}", Ppo), load("environment", Environment)
    data = load(f"trajectories.{recipe}", DataSettings)
    trained = train(settings, environment, int(seed))
    history = from_log(trained.log)
    curve = learning_curve(history, settings.environments * settings.rollout_steps)
    success = curve["success"].fillna(0.0).iloc[trained.updates].tolist()
    snapshots = Snapshots(trained.agents, trained.updates, success)
    save_snapshots(Path(f"data/agents/{name}.safetensors"), snapshots)
    chosen = history
    if data.checkpoints:
        played = play_mixture(snapshots, data.checkpoints, environment)
        chosen = join(history, played) if data.source == "both" else played
    about = {"environment": environment.model_dump(), "trajectories": data.model_dump()}
    write_trajectories(Path(f"data/trajectories/{name}.parquet"), chosen, about)
    tables = {
        "learning_curve": curve,
        "rtg_histogram": rtg_histogram(chosen),
        "decisions": decisions(chosen),
        "facts": card(chosen, environment.max_steps),
    }
    for table, rows in tables.items():
        write_csv(Path(f"results/agents/{name}/{table}.csv"), rows)


if __name__ == "__main__":
    run(main)
