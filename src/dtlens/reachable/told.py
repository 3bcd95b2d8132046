"""Ask a model that learned from the waiting agent for returns."""

from functools import partial
from pathlib import Path

from dtlens.base.stage import run

from dtlens.base.files import write_csv
from dtlens.base.settings import Compute, load
from dtlens.model.transformer import load_checkpoint
from dtlens.reachable.calibrated import ask
from dtlens.reachable.settings import Reachable
from dtlens.task.settings import Environment


def main(name: str) -> None:
    settings, environment = load("reachable", Reachable), load("environment", Environment)
    device = load("compute", Compute).device
    model = load_checkpoint(Path(f"data/waiting/{name}.safetensors")).to(device)
    seed, told = model.cell.own_seed(settings.seed), settings.everywhere
    policy = partial(model, last=True)
    table = ask(policy, model.cell.context, told, told, settings.episodes, environment, seed)
    write_csv(Path(f"results/waiting/{name}/asked.csv"), table.assign(way="as_told"))


if __name__ == "__main__":
    run(main)
