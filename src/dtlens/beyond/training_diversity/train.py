"""Train an agent in rooms of one dose, and a Decision Transformer on what it leaves.

Both in one stage: the episodes, ten million bytes a model, are read once and kept nowhere.
"""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.agents.mixture import play_mixture
from dtlens.agents.ppo import learning_curve, train
from dtlens.agents.settings import DataSettings, Ppo
from dtlens.agents.snapshots import Snapshots, save_snapshots
from dtlens.base.settings import Compute, load
from dtlens.beyond.rooms.kinds import DOSES
from dtlens.beyond.training_diversity.settings import FIRST
from dtlens.env.episodes import Make
from dtlens.env.settings import Environment
from dtlens.env.trajectories import Trajectories, from_log, join
from dtlens.model.cell import Cell
from dtlens.model.settings import Training
from dtlens.model.training import train as train_model
from dtlens.model.transformer import save_checkpoint

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


def main(name: str, predictions: str) -> None:
    cell, environment = Cell.parse(name), load("environment", Environment)
    ppo, data = load(f"ppo.{FIRST}", Ppo), load(f"trajectories.{FIRST}", DataSettings)
    make = DOSES[str(cell.recipe)].make
    learned, snapshots = learn(ppo, environment, int(cell.run or 0), make)
    if data.checkpoints:
        learned = join(learned, play_mixture(snapshots, data.checkpoints, environment, make))
    last = Snapshots(snapshots.agents[-1:], snapshots.updates[-1:], snapshots.success[-1:])
    save_snapshots(Path(f"data/beyond/agents/{name}.safetensors"), last)
    settings = load(f"training.{cell.optimisation}", Training)
    device = load("compute", Compute).device
    model, _ = train_model(cell, settings, int(predictions), learned, environment.max_steps, device)
    save_checkpoint(Path(f"data/beyond/dt/{name}.safetensors"), model)


if __name__ == "__main__":
    run(main)
