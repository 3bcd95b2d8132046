"""Judge every claim of the study, and write the report."""

from pathlib import Path

from dtlens.base.stage import run

import numpy as np

from dtlens.base.files import atomic_write, write_csv
from dtlens.base.settings import load
from dtlens.behaviour.settings import Behaviour
from dtlens.claims import ablation, behaviour, circuits, data, embeddings, over_time
from dtlens.claims.evidence import Results
from dtlens.claims.judge import judge
from dtlens.claims.report import write
from dtlens.over_time.settings import OverTime
from dtlens.sweeps import OfStudysCell

RESULTS = Path("results")
PARTS = (data, behaviour, ablation, embeddings, circuits, over_time)


def main() -> None:
    claims = sorted(
        (claim for part in PARTS for claim in part.CLAIMS), key=lambda claim: claim.number
    )
    headline = load("headline", OfStudysCell)
    runs = load("over_time", OverTime).cells
    results = Results(RESULTS, headline.cells, runs)
    judged = judge(claims, results, np.random.default_rng(load("behaviour", Behaviour).seed))
    write_csv(RESULTS / "claims.csv", judged)
    with atomic_write(RESULTS / "claims.md") as temporary:
        temporary.write_text(write(claims, judged), encoding="utf-8")


if __name__ == "__main__":
    run(main)
