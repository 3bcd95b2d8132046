"""Tabulate what one cell walks into, in placed scenes and in play, whole and ablated."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.base.files import write_csv
from dtlens.base.settings import Compute, load
from dtlens.behaviour.settings import Behaviour
from dtlens.behaviour.tables import behaviour_tables
from dtlens.model.transformer import load_checkpoint
from dtlens.scenes.bank import read_scenes
from dtlens.task.settings import Environment


def main(name: str) -> None:
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors")).to(load("compute", Compute).device)
    scenes = read_scenes(Path("data/scenes.parquet"))
    settings, environment = load("behaviour", Behaviour), load("environment", Environment)
    settings = settings.model_copy(update={"seed": model.cell.own_seed(settings.seed)})
    for kind, table in behaviour_tables(model, scenes, settings, environment):
        write_csv(Path(f"results/{kind}/{name}.csv"), table)


if __name__ == "__main__":
    run(main)
