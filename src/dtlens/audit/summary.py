"""How often each auditor finds a planted flaw."""

from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.audit.game import play, shares
from dtlens.audit.settings import FLAWS
from dtlens.base.files import read_csv, write_csv
from dtlens.base.settings import load
from dtlens.reachable.over_models import over_models
from dtlens.sweeps import OfStudysCell

LABELS = ["arm", "auditor", "flaw"]


def main() -> None:
    cells = load("headline", OfStudysCell).cells
    seen = pd.concat(
        read_csv(Path(f"results/audit/{cell.name}.csv")).assign(
            model=cell.name, run=cell.data, arm=cell.encoding
        )
        for cell in cells
    )
    values = [
        ((arm, auditor, flaw), found)
        for (arm, auditor), group in seen.groupby(["arm", "auditor"], sort=False)
        for flaw, found in shares(play(group)).items()
    ]
    table = over_models(values, LABELS).assign(chance=1 / len(FLAWS))
    write_csv(Path("results/audit.csv"), table)


if __name__ == "__main__":
    run(main)
