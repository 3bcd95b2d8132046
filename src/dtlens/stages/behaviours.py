"""Tabulate what one cell walks into, in placed scenes and in play."""

from functools import partial
from pathlib import Path

from dtlens.analysis.behaviours import behaviours
from dtlens.files import write_csv
from dtlens.model import load_checkpoint
from dtlens.params import load
from dtlens.params.behaviour import Behaviour
from dtlens.params.compute import Compute
from dtlens.params.environment import Environment
from dtlens.scenes import read_scenes
from dtlens.stages import run


def main(name: str) -> None:
    device = load(Compute).device
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors")).to(device)
    scenes = read_scenes(Path("data/scenes.parquet"))
    policy = partial(model, last=True)
    table = behaviours(
        policy, model.cell.context, scenes, load(Behaviour), load(Environment), device
    )
    write_csv(Path(f"results/behaviours/{name}.csv"), table)


if __name__ == "__main__":
    run(main)
