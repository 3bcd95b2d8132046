"""Flags over the models of every arm."""

from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.arms import cells_by_arm
from dtlens.base.files import read_csv, write_csv
from dtlens.reachable.over_models import over_models

LABELS = ["arm", "harm", "read_out", "of", "measure"]


def main() -> None:
    tables = [
        read_csv(Path(f"results/flags/{cell.name}.csv")).assign(arm=arm)
        for arm, cells in cells_by_arm().items()
        for cell in cells
    ]
    measured = pd.concat(tables).melt(LABELS[:-1], ["auroc", "hits"], "measure")
    by_row = measured.groupby(LABELS, sort=False)["value"]
    values = ((tuple(map(str, key)), row.dropna().tolist()) for key, row in by_row)
    write_csv(Path("results/flags.csv"), over_models(values, LABELS))


if __name__ == "__main__":
    run(main)
