"""Look into one cell's weights and activations."""

from pathlib import Path

import numpy as np

from dtlens.analysis.suites import circuit_tables
from dtlens.files import write_csv
from dtlens.model import load_checkpoint
from dtlens.params import load
from dtlens.params.behaviour import Behaviour
from dtlens.params.calibration import Calibration
from dtlens.params.circuits import Circuits
from dtlens.params.compute import Compute
from dtlens.scenes import read_scenes
from dtlens.stages import run
from dtlens.trajectories import read_trajectories


def main(name: str) -> None:
    device = load(Compute).device
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors")).to(device)
    scenes = read_scenes(Path("data/scenes.parquet"))
    times = read_trajectories(Path("data/trajectories.parquet")).t
    steps = np.bincount(times, minlength=model.max_steps)
    requests = (load(Calibration).rtg.grid, load(Behaviour).rtg)
    tables = circuit_tables(model, scenes, steps, requests, load(Circuits), device)
    for kind, table in tables.items():
        write_csv(Path(f"results/circuits/{name}/{kind}.csv"), table)


if __name__ == "__main__":
    run(main)
