"""Edits over the models of every arm."""

from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.arms import cells_by_arm
from dtlens.base.files import read_csv, write_csv
from dtlens.reachable.over_models import grouped, over_models

SCENES = ["arm", "edit", "place", "key", "measure"]
PLAY = ["arm", "edit", "place", "kind", "rtg", "event"]
MEASURES = ["before", "after", "divergence", "reached"]


def of_kind(kind: str) -> pd.DataFrame:
    """A table of every model, with its arm."""
    tables = [
        read_csv(Path(f"results/rewrites/{cell.name}/{kind}.csv")).assign(arm=arm)
        for arm, cells in cells_by_arm().items()
        for cell in cells
    ]
    return pd.concat(tables, ignore_index=True)


def main() -> None:
    scenes = of_kind("scenes")
    scenes["reached"] = scenes["after"].notna().astype(float)
    measured = scenes.melt(SCENES[:-1], MEASURES, "measure")
    write_csv(Path("results/rewrites.csv"), over_models(grouped(measured, SCENES), SCENES))
    write_csv(Path("results/rewrites_play.csv"), over_models(grouped(of_kind("play"), PLAY), PLAY))


if __name__ == "__main__":
    run(main)
