"""Train the PPO agent; keep it, its snapshots, and every whole episode of its training."""

from pathlib import Path

from dtlens.agents.ppo import learning_curve, train
from dtlens.agents.settings import Ppo
from dtlens.agents.snapshots import Snapshots, save_snapshots
from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.base.stage import run
from dtlens.task.settings import Environment
from dtlens.trajectories.parquet import write_trajectories
from dtlens.trajectories.steps import from_log


def main() -> None:
    settings, environment = load("ppo", Ppo), load("environment", Environment)
    trained = train(settings, environment)
    history = from_log(trained.log)
    curve = learning_curve(history, settings.environments * settings.rollout_steps)
    success = curve["success"].fillna(0.0).iloc[trained.updates].tolist()
    data = Path("data/ppo")
    save_snapshots(data / "agents.safetensors", Snapshots(trained.agents, trained.updates, success))
    about = {"environment": environment.model_dump(), "ppo": settings.model_dump()}
    write_trajectories(data / "history.parquet", history, about)
    write_csv(Path("results/ppo/learning_curve.csv"), curve)


if __name__ == "__main__":
    run(main)
