"""Train an agent in rooms of one dose, and choose the episodes that models learn from."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.agents.mixture import play_mixture
from dtlens.agents.ppo import learning_curve, train
from dtlens.agents.settings import DataSettings, Ppo
from dtlens.agents.snapshots import Snapshots, save_snapshots
from dtlens.base.settings import load
from dtlens.diversity.settings import FIRST
from dtlens.task.episodes import Make
from dtlens.task.settings import Environment
from dtlens.trajectories.parquet import write_trajectories
from dtlens.trajectories.steps import Trajectories, from_log, join
from dtlens.worlds.kinds import DOSES

SOLVED = 0.9  # share of episodes that reach the goal, of snapshots that data are made with


def learn(
    settings: Ppo, environment: Environment, seed: int, make: Make
) -> tuple[Trajectories, Snapshots]:
    """An agent's whole past, and its snapshots.

    One that never solves its rooms has no good episodes to show: it learns again, twice as long.
    """
    for total_steps in (settings.total_steps, 2 * settings.total_steps):
        longer = settings.model_copy(update={"total_steps": total_steps})
        trained = train(longer, environment, seed, make)
        past = from_log(trained.log)
        curve = learning_curve(past, settings.environments * settings.rollout_steps)
        success = curve["success"].fillna(0.0).iloc[trained.updates].tolist()
        if max(success) > SOLVED:
            break
    return past, Snapshots(trained.agents, trained.updates, success)


def main(name: str) -> None:
    dose, _, seed = name.rpartition("-r")
    environment, make = load("environment", Environment), DOSES[dose].make
    ppo, data = load(f"ppo.{FIRST}", Ppo), load(f"trajectories.{FIRST}", DataSettings)
    chosen, snapshots = learn(ppo, environment, int(seed), make)
    if data.checkpoints:
        chosen = join(chosen, play_mixture(snapshots, data.checkpoints, environment, make))
    save_snapshots(Path(f"data/diversity/{name}/agents.safetensors"), snapshots)
    about = {"environment": environment.model_dump(), "rooms": dose}
    write_trajectories(Path(f"data/diversity/{name}/trajectories.parquet"), chosen, about)


if __name__ == "__main__":
    run(main)
