"""Ask a model of the study for more than can be had; and, through its own curve, again."""

from functools import partial
from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.base.files import read_csv, write_csv
from dtlens.base.settings import Compute, load
from dtlens.model.transformer import load_checkpoint
from dtlens.reachable.calibrated import ask, invert
from dtlens.reachable.left_bias import in_scenes
from dtlens.reachable.settings import Reachable
from dtlens.scenes.bank import read_scenes
from dtlens.task.settings import Environment


def main(name: str) -> None:
    settings, environment = load("reachable", Reachable), load("environment", Environment)
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors")).to(load("compute", Compute).device)
    seed, window = model.cell.own_seed(settings.seed), settings.targets
    told = {
        "as_told": (settings.everywhere, settings.everywhere),
        "re_asked": (window, invert(read_csv(Path(f"results/calibration/{name}.csv")), window)),
    }
    tables = []
    for way, (wanted, asked) in told.items():
        policy, context = partial(model, last=True), model.cell.context
        table = ask(policy, context, wanted, asked, settings.episodes, environment, seed)
        tables.append(table.assign(way=way))
    write_csv(Path(f"results/reachable/{name}/asked.csv"), pd.concat(tables, ignore_index=True))
    scenes = read_scenes(Path("data/scenes.parquet"))
    write_csv(Path(f"results/reachable/{name}/left_bias.csv"), in_scenes(model, scenes, seed))


if __name__ == "__main__":
    run(main)
