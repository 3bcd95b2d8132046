"""Tabulate what one cell walks into, in placed scenes and in play, whole and ablated."""

from functools import partial
from pathlib import Path

from dtlens.analysis.ablation import ablate
from dtlens.analysis.behaviours import behaviours
from dtlens.io.files import write_csv
from dtlens.model.transformer import load_checkpoint
from dtlens.params import load
from dtlens.params.behaviour import Behaviour
from dtlens.params.compute import Compute
from dtlens.params.environment import Environment
from dtlens.scenes import read_scenes
from dtlens.stages import run


def main(name: str) -> None:
    device, asked, environment = load(Compute).device, load(Behaviour), load(Environment)
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors")).to(device)
    scenes = read_scenes(Path("data/scenes.parquet"))
    policy = partial(model, last=True)
    whole = behaviours(policy, model.cell.context, scenes, asked, environment, device)
    write_csv(Path(f"results/behaviours/{name}.csv"), whole)
    ablated = ablate(model, whole, scenes, asked, environment, device)
    write_csv(Path(f"results/ablation/{name}.csv"), ablated)


if __name__ == "__main__":
    run(main)
