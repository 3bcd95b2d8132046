"""Flags over the models of every arm."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.base.files import write_csv
from dtlens.beyond.means import means, of_arms

LABELS = ["arm", "harm", "read_out", "of", "measure"]


def main() -> None:
    measured = of_arms("anomaly_flags/{}.csv").melt(LABELS[:-1], ["auroc", "hits"], "measure")
    write_csv(Path("results/beyond/anomaly_flags.csv"), means(measured, LABELS))


if __name__ == "__main__":
    run(main)
