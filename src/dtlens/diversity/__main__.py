"""Train an agent in rooms of one dose, and choose the episodes that models learn from."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.agents.mixture import play_mixture
from dtlens.agents.ppo import learning_curve, train
from dtlens.agents.settings import DataSettings, Ppo
from dtlens.agents.snapshots import Snapshots, save_snapshots
from dtlens.base.settings import load
from dtlens.diversity.settings import FIRST
from dtlens.task.settings import Environment
from dtlens.trajectories.parquet import write_trajectories
from dtlens.trajectories.steps import from_log, join
from dtlens.worlds.kinds import DOSES


def main(name: str) -> None:
    dose, _, seed = name.rpartition("-r")
    environment = load("environment", Environment)
    ppo, data = load(f"ppo.{FIRST}", Ppo), load(f"trajectories.{FIRST}", DataSettings)
    make = DOSES[dose].make
    trained = train(ppo, environment, int(seed), make)
    chosen = from_log(trained.log)
    curve = learning_curve(chosen, ppo.environments * ppo.rollout_steps)
    success = curve["success"].fillna(0.0).iloc[trained.updates].tolist()
    snapshots = Snapshots(trained.agents, trained.updates, success)
    if data.checkpoints:
        chosen = join(chosen, play_mixture(snapshots, data.checkpoints, environment, make))
    save_snapshots(Path(f"data/diversity/{name}/agents.safetensors"), snapshots)
    about = {"environment": environment.model_dump(), "rooms": dose}
    write_trajectories(Path(f"data/diversity/{name}/trajectories.parquet"), chosen, about)


if __name__ == "__main__":
    run(main)
