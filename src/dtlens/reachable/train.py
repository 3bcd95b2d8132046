"""Train a Decision Transformer on our recipe's data and on episodes of the agent that waits."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.base.files import write_csv
from dtlens.base.settings import Compute, load
from dtlens.model.cell import Cell
from dtlens.model.transformer import save_checkpoint
from dtlens.reachable.settings import Waiting
from dtlens.reachable.waiting import first_episodes
from dtlens.training.settings import Training
from dtlens.training.train import train
from dtlens.trajectories.parquet import read_about, read_trajectories
from dtlens.trajectories.steps import join


def main(name: str) -> None:
    cell, settings = Cell.parse(name), load("waiting", Waiting)
    training = load(f"training.{cell.optimisation}", Training)
    agent = f"{settings.agent}-r{cell.run}"
    path = Path(f"data/trajectories/{agent}.parquet")
    waiting = read_trajectories(Path(f"data/waiting/{agent}.parquet"))
    added = first_episodes(waiting, settings.doses[str(cell.recipe)])
    data, max_steps = (
        join(read_trajectories(path), added),
        read_about(path)["environment"]["max_steps"],
    )
    device = load("compute", Compute).device
    model, curve = train(cell, training, settings.predictions, data, max_steps, device)
    save_checkpoint(Path(f"data/waiting/{name}.safetensors"), model)
    write_csv(Path(f"results/waiting/{name}/training.csv"), curve)


if __name__ == "__main__":
    run(main)
