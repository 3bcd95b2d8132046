"""Train an agent; keep it, its snapshots, and every whole episode of its training."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.agents.ppo import learning_curve, train
from dtlens.agents.settings import Ppo
from dtlens.agents.snapshots import Snapshots, save_snapshots
from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.env.parquet import write_trajectories
from dtlens.env.settings import Environment
from dtlens.env.trajectories import from_log


def main(name: str) -> None:
    recipe, _, seed = name.rpartition("-r")
    settings, environment = load(f"ppo.{recipe}", Ppo), load("environment", Environment)
    trained = train(settings, environment, int(seed))
    history = from_log(trained.log)
    curve = learning_curve(history, settings.environments * settings.rollout_steps)
    success = curve["success"].fillna(0.0).iloc[trained.updates].tolist()
    snapshots = Snapshots(trained.agents, trained.updates, success)
    save_snapshots(Path(f"data/ppo/{name}/agents.safetensors"), snapshots)
    ppo = settings.model_dump() | {"seed": int(seed)}
    about = {"environment": environment.model_dump(), "ppo": ppo}
    write_trajectories(Path(f"data/ppo/{name}/history.parquet"), history, about)
    write_csv(Path(f"results/ppo/{name}.csv"), curve)


if __name__ == "__main__":
    run(main)
