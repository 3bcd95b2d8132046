"""Take one cell apart: its weights, its activations, and what patching them changes."""

from pathlib import Path

from dtlens.base.stage import run

import numpy as np

from dtlens.analysis.tables import all_tables, path_of
from dtlens.base.files import write_csv
from dtlens.base.settings import Compute, load
from dtlens.behaviour.settings import Behaviour
from dtlens.circuits.settings import Circuits
from dtlens.model.transformer import load_checkpoint
from dtlens.play.settings import Calibration
from dtlens.scenes.bank import read_scenes
from dtlens.trajectories.parquet import read_trajectories


def main(name: str) -> None:
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors")).to(load("compute", Compute).device)
    scenes = read_scenes(Path("data/scenes.parquet"))
    times = read_trajectories(Path(f"data/trajectories/{model.cell.data}.parquet")).t
    steps = np.bincount(times, minlength=model.max_steps)
    rtgs, scanned = load("behaviour", Behaviour).rtg, load("calibration", Calibration).rtg.grid
    settings = load("circuits", Circuits)
    for kind, table in all_tables(model, scenes, steps, rtgs, scanned, settings):
        write_csv(path_of(kind, name), table)


if __name__ == "__main__":
    run(main)
