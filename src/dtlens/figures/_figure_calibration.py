"""Draw one cell's calibration and how its episodes end."""

from pathlib import Path

from dtlens.base.files import read_csv
from dtlens.base.stage import run
from dtlens.figures.calibration import draw_curve, draw_outcomes
from dtlens.figures.style import new_figure, save


def main(name: str) -> None:
    table = read_csv(Path(f"results/calibration/{name}.csv"))
    figure, (curve, outcomes) = new_figure(1, 2, 9, 4)
    draw_curve({name: table}, curve)
    draw_outcomes(table, outcomes)
    save(figure, Path(f"results/figures/calibration/{name}"))


if __name__ == "__main__":
    run(main)
