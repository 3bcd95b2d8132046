"""Tabulate what one cell walks into, in placed scenes and in play, whole and ablated."""

from functools import partial
from pathlib import Path

from dtlens.base.files import write_csv
from dtlens.base.settings import Compute, load
from dtlens.base.stage import run
from dtlens.behaviour.ablation import ablate
from dtlens.behaviour.refusals import behaviours
from dtlens.behaviour.settings import Behaviour
from dtlens.model.transformer import load_checkpoint
from dtlens.scenes.bank import read_scenes
from dtlens.task.settings import Environment


def main(name: str) -> None:
    device, asked, environment = (
        load("compute", Compute).device,
        load("behaviour", Behaviour),
        load("environment", Environment),
    )
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors")).to(device)
    scenes = read_scenes(Path("data/scenes.parquet"))
    policy = partial(model, last=True)
    whole = behaviours(policy, model.cell.context, scenes, asked, environment, device)
    write_csv(Path(f"results/behaviours/{name}.csv"), whole)
    ablated = ablate(model, whole, scenes, asked, environment, device)
    write_csv(Path(f"results/ablation/{name}.csv"), ablated)


if __name__ == "__main__":
    run(main)
