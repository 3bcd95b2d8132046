"""Draw PPO's learning curve."""

from pathlib import Path

from dtlens.base.files import read_csv
from dtlens.base.stage import run
from dtlens.figures.learning_curve import draw
from dtlens.figures.style import new_figure, save


def main(data: str) -> None:
    figure, (axes,) = new_figure(1, 1, 6, 3.5)
    draw(read_csv(Path(f"results/ppo/{data}.csv")), axes)
    save(figure, Path("results/figures/learning_curve"))


if __name__ == "__main__":
    run(main)
