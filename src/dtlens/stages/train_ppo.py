"""Train the PPO agent; keep it, its snapshots, and every whole episode of its training."""

from pathlib import Path

from dtlens.agents import Snapshots, save_snapshots
from dtlens.files import write_csv
from dtlens.params import load_params
from dtlens.ppo import learning_curve, train
from dtlens.stages import run
from dtlens.trajectories import from_log, write_trajectories


def main() -> None:
    params = load_params()
    trained = train(params.ppo, params.environment)
    history = from_log(trained.log)
    curve = learning_curve(history, params.ppo.environments * params.ppo.rollout_steps)
    success = curve["success"].fillna(0.0).iloc[trained.updates].tolist()
    data = Path("data/ppo")
    save_snapshots(data / "agents.safetensors", Snapshots(trained.agents, trained.updates, success))
    about = {"environment": params.environment.model_dump(), "ppo": params.ppo.model_dump()}
    write_trajectories(data / "history.parquet", history, about)
    write_csv(Path("results/ppo/learning_curve.csv"), curve)


if __name__ == "__main__":
    run(main)
