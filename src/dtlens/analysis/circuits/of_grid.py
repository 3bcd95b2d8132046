"""Score how heads and MLPs of the deeper cells compose: those that are not analysed."""

from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.analysis.circuits.composition import COLUMNS, compose
from dtlens.analysis.circuits.settings import Circuits
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.model.sheet import read_sheet
from dtlens.model.transformer import load_checkpoint


def main() -> None:
    nulls = load("circuits", Circuits).initialisations
    tables = [pd.DataFrame(columns=[*COLUMNS, "cell"])]  # all there is if no cell has two layers
    for cell in read_sheet().others:
        if cell.layers >= 2:
            model = load_checkpoint(Path(f"data/dt/{cell.name}.safetensors"))
            table = compose(HookedDecisionTransformer(model), nulls)
            tables.append(table.assign(cell=cell.name))
    write_csv(Path("results/composition.csv"), pd.concat(tables, ignore_index=True))


if __name__ == "__main__":
    run(main)
