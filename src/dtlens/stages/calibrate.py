"""Calibrate one cell: play it at every reward-to-go of the grid."""

from functools import partial
from pathlib import Path

from dtlens.analysis.calibration import calibrate
from dtlens.files import write_csv
from dtlens.model import load_checkpoint
from dtlens.params import load_params
from dtlens.stages import run


def main(episodes: str, name: str) -> None:
    params = load_params()
    settings = params.calibration.model_copy(update={"episodes": int(episodes)})
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors")).to(params.device)
    policy = partial(model, last=True)
    table = calibrate(policy, model.cell.context, settings, params.environment, params.device)
    write_csv(Path(f"results/calibration/{name}.csv"), table)


if __name__ == "__main__":
    run(main)
