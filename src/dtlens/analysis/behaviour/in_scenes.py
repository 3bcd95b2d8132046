"""What one cell walks into in placed scenes alone: a few seconds' work."""

from functools import partial
from pathlib import Path

from dtlens.base.stage import run

from dtlens.analysis.behaviour.avoidance import bank_probabilities
from dtlens.analysis.behaviour.settings import Behaviour
from dtlens.analysis.scenes.bank import read_scenes
from dtlens.base.files import write_csv
from dtlens.base.settings import Compute, load
from dtlens.model.transformer import load_checkpoint


def main(name: str) -> None:
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors")).to(load("compute", Compute).device)
    scenes, settings = read_scenes(Path("data/scenes.parquet")), load("behaviour", Behaviour)
    windows = {rtg: scenes.windows(rtg) for rtg in settings.rtg}
    policy, seed = partial(model, last=True), model.cell.own_seed(settings.seed)
    table = bank_probabilities(policy, windows, scenes.fronts, seed)
    write_csv(Path(f"results/behaviours/{name}.csv"), table)


if __name__ == "__main__":
    run(main)
