"""Take one cell apart: its weights, its activations, what patching them changes, its own play."""

from pathlib import Path

import numpy as np

from dtlens.analysis.tables import circuit_tables, intervention_tables, on_policy_table
from dtlens.base.files import write_csv
from dtlens.base.settings import Compute, load
from dtlens.base.stage import run
from dtlens.behaviour.settings import Behaviour
from dtlens.circuits.attribution import attribute
from dtlens.circuits.settings import Circuits
from dtlens.model.transformer import load_checkpoint
from dtlens.play.settings import Calibration
from dtlens.scenes.bank import read_scenes
from dtlens.task.settings import Environment
from dtlens.trajectories.parquet import read_trajectories


def main(name: str, data: str) -> None:
    device, asked, settings = (
        load("compute", Compute).device,
        load("behaviour", Behaviour),
        load("circuits", Circuits),
    )
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors")).to(device)
    scenes = read_scenes(Path("data/scenes.parquet"))
    times = read_trajectories(Path(f"data/trajectories/{data}.parquet")).t
    steps = np.bincount(times, minlength=model.max_steps)
    requests = (load("calibration", Calibration).rtg.grid, asked.rtg)
    parts = {
        "circuits": circuit_tables(model, scenes, steps, requests, settings, device),
        "interventions": intervention_tables(model, scenes, asked.rtg, settings, device),
    }
    for part, tables in parts.items():
        for kind, table in tables.items():
            write_csv(Path(f"results/{part}/{name}/{kind}.csv"), table)
    added = attribute(model, scenes, asked.rtg, asked.seed, device)
    write_csv(Path(f"results/attribution/{name}.csv"), added)
    played = on_policy_table(model, asked.rtg, settings, load("environment", Environment), device)
    write_csv(Path(f"results/on_policy/{name}.csv"), played)


if __name__ == "__main__":
    run(main)
