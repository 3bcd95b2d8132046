"""`python -m benchmarks.times`: where the last run's time went, by stage and by trained cell.

Read from the benchmark files that Snakemake leaves in logs/.
"""

from pathlib import Path

import pandas as pd

from dtlens.base.errors import UserError, one_line_errors
from dtlens.base.files import read_csv


def job_times(logs: Path) -> pd.DataFrame:
    """A row a job: stage, cell ("" if the stage has none), seconds (wall).

    The CPU time beside it is only looked at every half minute: useless for most jobs.
    """
    rows = []
    for path in sorted(logs.glob("*.tsv")):
        measured = pd.read_csv(path, sep="\t")
        stage, _, cell = path.stem.partition("@")
        rows.append((stage, cell, measured["s"].item()))
    if not rows:
        raise UserError(f"{logs}: no benchmark files; a run of `snakemake` leaves them")
    return pd.DataFrame(rows, columns=["stage", "cell", "seconds"])


def by_stage(jobs: pd.DataFrame) -> pd.DataFrame:
    """Jobs, their seconds, the longest job's, and the share of all, by stage."""
    seconds = jobs.groupby("stage")["seconds"]
    table = pd.DataFrame(
        {"jobs": seconds.size(), "seconds": seconds.sum(), "longest": seconds.max()}
    )
    table = table.sort_values("seconds", ascending=False)
    return table.assign(share=table["seconds"] / table["seconds"].sum())


def by_cell(jobs: pd.DataFrame, models: Path) -> pd.DataFrame:
    """Seconds, and predictions a second (start-up included), of every trained cell."""
    trained = jobs[jobs["stage"] == "train"].set_index("cell")
    curves = {cell: read_csv(models / cell / "training.csv") for cell in trained.index}
    predictions = pd.Series({cell: curve["predictions"].iloc[-1] for cell, curve in curves.items()})
    rate = predictions / trained["seconds"]
    return trained[["seconds"]].assign(predictions_per_second=rate)


def main() -> None:
    jobs = job_times(Path("logs"))
    stages = by_stage(jobs)
    print(stages.round(2).to_string(), f"in all {stages['seconds'].sum():.0f} seconds", sep="\n")
    print(by_cell(jobs, Path("results/models")).round(0).to_string())


if __name__ == "__main__":
    with one_line_errors():
        main()
