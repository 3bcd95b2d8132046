"""Count what is said of the environment over the training data."""

from pathlib import Path

from dtlens.analysis.environment_card import card
from dtlens.io.files import write_csv
from dtlens.params import load
from dtlens.params.environment import Environment
from dtlens.stages import run
from dtlens.trajectories import read_trajectories


def main() -> None:
    data = read_trajectories(Path("data/trajectories.parquet"))
    write_csv(Path("results/environment.csv"), card(data, load(Environment).max_steps))


if __name__ == "__main__":
    run(main)
