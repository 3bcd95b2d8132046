"""Train a Decision Transformer on our recipe's data and on episodes that come to the goal late."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.base.settings import Compute, load
from dtlens.beyond.attainable_returns.agents import first_episodes, random_walk
from dtlens.beyond.attainable_returns.settings import DelayedGoal
from dtlens.env.parquet import read_trajectories
from dtlens.env.settings import Environment
from dtlens.env.trajectories import Trajectories, join
from dtlens.model.cell import Cell
from dtlens.model.settings import Training
from dtlens.model.training import train
from dtlens.model.transformer import save_checkpoint


def late_episodes(cell: Cell, settings: DelayedGoal, environment: Environment) -> Trajectories:
    """A run's models learn from the same episodes, whatever their encoding."""
    count = settings.doses[str(cell.recipe)]
    if cell.recipe == settings.control:
        return random_walk(count, environment, settings.agent_seed + int(cell.run or 0))
    path = Path(f"data/beyond/delayed_goal/{settings.agent}-r{cell.run}.parquet")
    return first_episodes(read_trajectories(path), count)


def main(name: str) -> None:
    cell, settings = Cell.parse(name), load("delayed_goal", DelayedGoal)
    environment, device = load("environment", Environment), load("compute", Compute).device
    training = load(f"training.{cell.optimisation}", Training)
    own = read_trajectories(Path(f"data/trajectories/{settings.agent}-r{cell.run}.parquet"))
    data = join(own, late_episodes(cell, settings, environment))
    model, _ = train(cell, training, settings.predictions, data, environment.max_steps, device)
    save_checkpoint(Path(f"data/beyond/dt/{name}.safetensors"), model)


if __name__ == "__main__":
    run(main)
