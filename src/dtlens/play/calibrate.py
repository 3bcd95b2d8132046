"""Calibrate one cell: play it at every reward-to-go of the grid."""

from functools import partial
from pathlib import Path

from dtlens.base.stage import run

from dtlens.base.files import write_csv
from dtlens.base.settings import Compute, load
from dtlens.env.settings import Environment
from dtlens.model.transformer import load_checkpoint
from dtlens.play.calibration import calibrate
from dtlens.play.settings import Calibration


def main(name: str, episodes: str) -> None:
    settings, environment = load("calibration", Calibration), load("environment", Environment)
    device = load("compute", Compute).device
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors")).to(device)
    settings = settings.model_copy(update={"seed": model.cell.own_seed(settings.seed)})
    policy = partial(model, last=True)
    table = calibrate(policy, model.cell.context, settings, int(episodes), environment)
    write_csv(Path(f"results/models/{name}/calibration.csv"), table)


if __name__ == "__main__":
    run(main)
