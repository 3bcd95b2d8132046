"""Take one cell further apart than the claims ask."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.analysis.of_model import further
from dtlens.analysis.tables import path_of
from dtlens.base.files import write_csv
from dtlens.base.settings import Compute, load
from dtlens.model.transformer import load_checkpoint
from dtlens.scenes.bank import read_scenes


def main(name: str) -> None:
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors")).to(load("compute", Compute).device)
    for kind, table in further(model, read_scenes(Path("data/scenes.parquet"))):
        write_csv(path_of(kind, name), table)


if __name__ == "__main__":
    run(main)
