"""Tabulate what one cell walks into, in placed scenes and in play, whole and ablated."""

from pathlib import Path

from dtlens.base.stage import run

import torch

from dtlens.base.files import write_csv
from dtlens.base.settings import Compute, load
from dtlens.behaviour.settings import Behaviour
from dtlens.behaviour.tables import behaviour_tables
from dtlens.model.transformer import load_checkpoint
from dtlens.play.settings import Calibration
from dtlens.scenes.bank import read_scenes
from dtlens.task.settings import Environment


def main(name: str) -> None:
    # Weight decay leaves numbers below 1e-38, with which a CPU takes ten times as long.
    torch.set_flush_denormal(True)
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors")).to(load("compute", Compute).device)
    scenes = read_scenes(Path("data/scenes.parquet"))
    settings, environment = load("behaviour", Behaviour), load("environment", Environment)
    calibration, own_seed = load("calibration", Calibration), model.cell.own_seed
    settings = settings.model_copy(update={"seed": own_seed(settings.seed)})
    calibration = calibration.model_copy(update={"seed": own_seed(calibration.seed)})
    tables = behaviour_tables(model, scenes, settings, calibration, environment)
    for kind, table in tables:
        write_csv(Path(f"results/{kind}/{name}.csv"), table)


if __name__ == "__main__":
    run(main)
