"""Analyse one cell: what the study's claims about a model are judged by, and more."""

from functools import partial
from itertools import chain
from pathlib import Path

from dtlens.base.stage import run

from dtlens.analysis.of_model import for_claims, further
from dtlens.analysis.scenes.bank import read_scenes
from dtlens.analysis.tables import path_of, write_tables
from dtlens.base.settings import Compute, load
from dtlens.model.transformer import load_checkpoint


def main(name: str) -> None:
    model = load_checkpoint(Path(f"data/dt/{name}.safetensors")).to(load("compute", Compute).device)
    scenes = read_scenes(Path("data/scenes.parquet"))
    tables = chain(for_claims(model, scenes), further(model, scenes))
    write_tables(tables, partial(path_of, cell=name))


if __name__ == "__main__":
    run(main)
