"""Train the Decision Transformer of one cell."""

from pathlib import Path

from dtlens.cells import Cell
from dtlens.files import write_csv
from dtlens.model import save_checkpoint
from dtlens.params import load_params
from dtlens.stages import run
from dtlens.training import train
from dtlens.trajectories import read_trajectories


def main(name: str) -> None:
    params = load_params()
    data = read_trajectories(Path("data/trajectories.parquet"))
    model, curve = train(
        Cell.parse(name), params.training, data, params.environment.max_steps, params.device
    )
    save_checkpoint(Path(f"data/dt/{name}.safetensors"), model)
    write_csv(Path(f"results/training/{name}.csv"), curve)


if __name__ == "__main__":
    run(main)
