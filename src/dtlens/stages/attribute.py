"""Decompose one cell's preference for forward over right into its components."""

from pathlib import Path

from dtlens.analysis.attribution import attribute
from dtlens.files import write_csv
from dtlens.model import load_checkpoint
from dtlens.params import load
from dtlens.params.behaviour import Behaviour
from dtlens.params.compute import Compute
from dtlens.scenes import read_scenes
from dtlens.stages import run


def main(name: str) -> None:
    device, settings = load(Compute).device, load(Behaviour)
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors")).to(device)
    scenes = read_scenes(Path("data/scenes.parquet"))
    table = attribute(model, scenes, settings.rtg, settings.seed, device)
    write_csv(Path(f"results/attribution/{name}.csv"), table)


if __name__ == "__main__":
    run(main)
