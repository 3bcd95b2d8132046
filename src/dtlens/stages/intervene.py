"""Patch one cell's activations and paths, and compare with gradients."""

from pathlib import Path

from dtlens.analysis.suites import intervention_tables
from dtlens.files import write_csv
from dtlens.model import load_checkpoint
from dtlens.params import load
from dtlens.params.behaviour import Behaviour
from dtlens.params.circuits import Circuits
from dtlens.params.compute import Compute
from dtlens.scenes import read_scenes
from dtlens.stages import run


def main(name: str) -> None:
    device = load(Compute).device
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors")).to(device)
    scenes = read_scenes(Path("data/scenes.parquet"))
    tables = intervention_tables(model, scenes, load(Behaviour).rtg, load(Circuits), device)
    for kind, table in tables.items():
        write_csv(Path(f"results/interventions/{name}/{kind}.csv"), table)


if __name__ == "__main__":
    run(main)
