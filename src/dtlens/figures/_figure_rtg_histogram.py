"""Draw the reward-to-go in the training data."""

from pathlib import Path

from dtlens.base.files import read_csv
from dtlens.base.stage import run
from dtlens.figures.rtg_histogram import draw
from dtlens.figures.style import new_figure, save


def main(data: str) -> None:
    figure, (axes,) = new_figure(1, 1, 6, 3.5)
    draw(read_csv(Path(f"results/trajectories/{data}.csv")), axes)
    save(figure, Path("results/figures/rtg_histogram"))


if __name__ == "__main__":
    run(main)
