"""Gather, over all seeds of the headline cell, which component carries which behaviour."""

from pathlib import Path

import numpy as np
import pandas as pd

from dtlens.analysis.roles import compare_encodings, roles, summarise
from dtlens.io.files import read_csv, write_csv
from dtlens.params import load
from dtlens.params.behaviour import Behaviour
from dtlens.params.cells import Headline
from dtlens.stages import run

RESULTS = Path("results")


def main() -> None:
    tables = []
    for cell in load(Headline).cells:
        table = roles(read_csv(RESULTS / f"ablation/{cell.name}.csv"))
        table.insert(0, "encoding", cell.encoding)
        table.insert(1, "seed", cell.seed)
        tables.append(table)
    table = pd.concat(tables, ignore_index=True)
    generator = np.random.default_rng(load(Behaviour).seed)
    write_csv(RESULTS / "roles.csv", table)
    write_csv(RESULTS / "roles_summary.csv", summarise(table, generator))
    compared = compare_encodings(table, "index", "one_hot", generator)
    write_csv(RESULTS / "roles_encodings.csv", compared)


if __name__ == "__main__":
    run(main)
