"""What the models that are not analysed walk into in placed scenes: seconds for each."""

from functools import partial
from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.analysis.behaviour.avoidance import bank_probabilities
from dtlens.analysis.behaviour.settings import Behaviour
from dtlens.analysis.scenes.bank import read_scenes
from dtlens.base.files import write_csv
from dtlens.base.settings import Compute, load
from dtlens.model.sheet import read_sheet
from dtlens.model.transformer import load_checkpoint


def main() -> None:
    scenes, settings = read_scenes(Path("data/scenes.parquet")), load("behaviour", Behaviour)
    device = load("compute", Compute).device
    tables = []
    for cell in read_sheet().others:
        model = load_checkpoint(Path(f"data/dt/{cell.name}.safetensors")).to(device)
        windows = {rtg: scenes.windows(rtg) for rtg in settings.rtg}
        policy, seed = partial(model, last=True), cell.own_seed(settings.seed)
        table = bank_probabilities(policy, windows, scenes.fronts, seed)
        tables.append(table.assign(cell=cell.name))
    write_csv(Path("results/in_scenes.csv"), pd.concat(tables, ignore_index=True))


if __name__ == "__main__":
    run(main)
