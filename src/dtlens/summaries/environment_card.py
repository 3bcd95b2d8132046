"""Count what is said of the game over the training data."""

from pathlib import Path

from dtlens.base.stage import run

from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.task.card import card
from dtlens.task.settings import Environment
from dtlens.trajectories.parquet import read_trajectories


def main(data: str) -> None:
    trajectories = read_trajectories(Path(f"data/trajectories/{data}.parquet"))
    table = card(trajectories, load("environment", Environment).max_steps)
    write_csv(Path("results/environment.csv"), table)


if __name__ == "__main__":
    run(main)
