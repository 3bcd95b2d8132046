"""Train the Decision Transformer of one cell."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.base.files import write_csv
from dtlens.base.settings import Compute, load
from dtlens.env.parquet import read_about, read_trajectories
from dtlens.model.cell import Cell
from dtlens.model.settings import Training
from dtlens.model.training import train
from dtlens.model.transformer import save_checkpoint


def main(name: str, predictions: str) -> None:
    cell = Cell.parse(name)
    settings = load(f"training.{cell.optimisation}", Training)
    path = Path(f"data/trajectories/{cell.data}.parquet")
    trajectories, max_steps = read_trajectories(path), read_about(path)["environment"]["max_steps"]
    device = load("compute", Compute).device
    model, curve = train(cell, settings, int(predictions), trajectories, max_steps, device)
    save_checkpoint(Path(f"data/dt/{name}.safetensors"), model)
    write_csv(Path(f"results/models/{name}/training.csv"), curve)


if __name__ == "__main__":
    run(main)
