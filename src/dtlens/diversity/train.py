"""Train the Decision Transformer of one cell on rooms of its dose."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.base.settings import Compute, load
from dtlens.model.cell import Cell
from dtlens.model.transformer import save_checkpoint
from dtlens.training.settings import Training
from dtlens.training.train import train
from dtlens.trajectories.parquet import read_about, read_trajectories


def main(name: str, predictions: str) -> None:
    cell, device = Cell.parse(name), load("compute", Compute).device
    settings = load(f"training.{cell.optimisation}", Training)
    path = Path(f"data/diversity/{cell.data}/trajectories.parquet")
    max_steps = read_about(path)["environment"]["max_steps"]
    data = read_trajectories(path)
    model, _ = train(cell, settings, int(predictions), data, max_steps, device)
    save_checkpoint(Path(f"data/diversity/{name}.safetensors"), model)


if __name__ == "__main__":
    run(main)
