"""Train a model on our recipe's data and on aimless episodes, and ask it for returns.

In one stage, as the episodes are read once and kept nowhere.
"""

from functools import partial
from pathlib import Path

from dtlens.base.stage import run

from dtlens.aimless.settings import Aimless
from dtlens.aimless.walker import play_aimless
from dtlens.base.files import write_csv
from dtlens.base.settings import Compute, load
from dtlens.model.cell import Cell
from dtlens.model.transformer import save_checkpoint
from dtlens.reachable.calibrated import ask
from dtlens.reachable.settings import Reachable, Waiting
from dtlens.task.settings import Environment
from dtlens.training.settings import Training
from dtlens.training.train import train
from dtlens.trajectories.parquet import read_trajectories
from dtlens.trajectories.steps import join


def main(name: str) -> None:
    cell, settings, waiting = Cell.parse(name), load("aimless", Aimless), load("waiting", Waiting)
    environment, reachable = load("environment", Environment), load("reachable", Reachable)
    training = load(f"training.{cell.optimisation}", Training)
    device = load("compute", Compute).device
    # A run's models learn from the same episodes, whatever their encoding.
    count, seed = waiting.doses[settings.like], settings.seed + int(cell.run or 0)
    data = read_trajectories(Path(f"data/trajectories/{waiting.agent}-r{cell.run}.parquet"))
    data = join(data, play_aimless(count, environment, seed))
    model, _ = train(cell, training, waiting.predictions, data, environment.max_steps, device)
    save_checkpoint(Path(f"data/aimless/{name}.safetensors"), model)
    policy, told = partial(model, last=True), reachable.everywhere
    seed, episodes = cell.own_seed(reachable.seed), reachable.episodes
    table = ask(policy, cell.context, told, told, episodes, environment, seed)
    write_csv(Path(f"results/aimless/{name}.csv"), table.assign(way="as_told"))


if __name__ == "__main__":
    run(main)
