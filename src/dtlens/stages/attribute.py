"""Decompose one cell's preference for forward over right into its components."""

from pathlib import Path

from dtlens.analysis.attribution import attribute
from dtlens.files import write_csv
from dtlens.model import load_checkpoint
from dtlens.params import load_params
from dtlens.scenes import read_scenes
from dtlens.stages import run


def main(name: str) -> None:
    params = load_params()
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors")).to(params.device)
    scenes = read_scenes(Path("data/scenes.parquet"))
    table = attribute(model, scenes, params.behaviour.rtg, params.behaviour.seed, params.device)
    write_csv(Path(f"results/attribution/{name}.csv"), table)


if __name__ == "__main__":
    run(main)
