"""Ask a model of the study for more than can be had; and again, through its own curve."""

from pathlib import Path

import pandas as pd

from dtlens.analysis.scenes.bank import read_scenes
from dtlens.base.files import read_csv, write_csv
from dtlens.base.settings import load
from dtlens.beyond.attainable_returns.left_bias import in_scenes
from dtlens.beyond.attainable_returns.returns import invert, returns_at
from dtlens.beyond.attainable_returns.settings import AttainableReturns
from dtlens.env.settings import Environment
from dtlens.model.transformer import load_checkpoint


def measure(name: str) -> None:
    settings = load("attainable_returns", AttainableReturns)
    environment = load("environment", Environment)
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors"))
    curve, window = read_csv(Path(f"results/models/{name}/calibration.csv")), settings.targets
    ways = {"as_told": (settings.everywhere, None), "re_asked": (window, invert(curve, window))}
    tables = [
        returns_at(model, targets, settings, environment, target_rtgs).assign(way=way)
        for way, (targets, target_rtgs) in ways.items()
    ]
    folder = Path(f"results/beyond/attainable_returns/{name}")
    write_csv(folder / "returns.csv", pd.concat(tables, ignore_index=True))
    scenes = read_scenes(Path("data/scenes.parquet"))
    biases = in_scenes(model, scenes, model.cell.own_seed(settings.seed))
    write_csv(folder / "left_bias.csv", biases)
