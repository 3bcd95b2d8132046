"""How far models of each dose can be sent to each cell, in their mean."""

from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.base.files import read_csv, write_csv
from dtlens.base.settings import load
from dtlens.claims.statistics import MODELS, mean_over
from dtlens.diversity.settings import FIRST, Diversity
from dtlens.retarget.settings import Retarget
from dtlens.worlds.kinds import DOSES

KEYS = ["cell", "edit", "event"]
ALL = "all"  # the mean over the cells


def summarise(doses: dict[str, list[pd.DataFrame]]) -> pd.DataFrame:
    """A row per dose and what its tables hold, and per mean of that over the cells: the mean with
    Student's interval over models."""
    rows = []
    for dose, tables in doses.items():
        of_all = [
            table.groupby(KEYS[1:], sort=False, as_index=False)["value"].mean().assign(cell=ALL)
            for table in tables
        ]
        for key, group in pd.concat([*tables, *of_all]).groupby(KEYS, sort=False):
            number = mean_over(group["value"].to_numpy(), MODELS)
            rows.append((dose, len(DOSES[dose].goals), *key, *number[:4]))
    return pd.DataFrame(rows, columns=["dose", "places", *KEYS, "value", "low", "high", "n"])


def main() -> None:
    chosen, models = load("retarget", Retarget).recipe, load("diversity", Diversity).doses
    doses = {
        dose: [read_csv(Path(f"results/retarget/{cell.name}.csv")) for cell in models[dose]]
        for dose in (FIRST, *chosen)
    }
    write_csv(Path("results/retarget.csv"), summarise(doses))


if __name__ == "__main__":
    run(main)
