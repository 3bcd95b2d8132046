"""Train the Decision Transformer of one cell."""

from pathlib import Path

from dtlens.io.files import write_csv
from dtlens.model.cells import Cell
from dtlens.model.transformer import save_checkpoint
from dtlens.params import load
from dtlens.params.compute import Compute
from dtlens.params.environment import Environment
from dtlens.params.training import Training
from dtlens.stages import run
from dtlens.training import train
from dtlens.trajectories import read_trajectories


def main(predictions: str, name: str) -> None:
    cell, max_steps, device = Cell.parse(name), load(Environment).max_steps, load(Compute).device
    settings = load(Training).model_copy(update={"predictions": int(predictions)})
    data = read_trajectories(Path("data/trajectories.parquet"))
    model, curve = train(cell, settings, data, max_steps, device)
    save_checkpoint(Path(f"data/dt/{name}.safetensors"), model)
    write_csv(Path(f"results/training/{name}.csv"), curve)


if __name__ == "__main__":
    run(main)
