"""Tabulate what one cell walks into, in placed scenes and in play."""

from functools import partial
from pathlib import Path

from dtlens.analysis.behaviours import behaviours
from dtlens.files import write_csv
from dtlens.model import load_checkpoint
from dtlens.params import load_params
from dtlens.scenes import read_scenes
from dtlens.stages import run


def main(name: str) -> None:
    params = load_params()
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors")).to(params.device)
    scenes = read_scenes(Path("data/scenes.parquet"))
    policy = partial(model, last=True)
    table = behaviours(
        policy, model.cell.context, scenes, params.behaviour, params.environment, params.device
    )
    write_csv(Path(f"results/behaviours/{name}.csv"), table)


if __name__ == "__main__":
    run(main)
