"""Ablate every head and MLP of one cell, and tabulate what it then walks into."""

from pathlib import Path

from dtlens.analysis.ablation import ablate
from dtlens.files import read_csv, write_csv
from dtlens.model import load_checkpoint
from dtlens.params import load_params
from dtlens.scenes import read_scenes
from dtlens.stages import run


def main(name: str) -> None:
    params = load_params()
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors")).to(params.device)
    scenes = read_scenes(Path("data/scenes.parquet"))
    whole = read_csv(Path(f"results/behaviours/{name}.csv"))
    table = ablate(model, whole, scenes, params.behaviour, params.environment, params.device)
    write_csv(Path(f"results/ablation/{name}.csv"), table)


if __name__ == "__main__":
    run(main)
