"""Train the Decision Transformer of one cell."""

from pathlib import Path

from dtlens.base.files import write_csv
from dtlens.base.settings import Compute, load
from dtlens.base.stage import run
from dtlens.model.cell import Cell
from dtlens.model.transformer import save_checkpoint
from dtlens.task.settings import Environment
from dtlens.training.settings import Training
from dtlens.training.train import train
from dtlens.trajectories.parquet import read_trajectories


def main(predictions: str, name: str) -> None:
    cell, max_steps, device = (
        Cell.parse(name),
        load("environment", Environment).max_steps,
        load("compute", Compute).device,
    )
    settings = load("training", Training).model_copy(update={"predictions": int(predictions)})
    data = read_trajectories(Path("data/trajectories.parquet"))
    model, curve = train(cell, settings, data, max_steps, device)
    save_checkpoint(Path(f"data/dt/{name}.safetensors"), model)
    write_csv(Path(f"results/training/{name}.csv"), curve)


if __name__ == "__main__":
    run(main)
