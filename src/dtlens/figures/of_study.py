"""Draw every figure of the study as a whole."""

from dtlens.base.stage import run
from dtlens.figures import (
    _figure_composition,
    _figure_grid,
    _figure_learning_curve,
    _figure_over_time,
    _figure_roles,
    _figure_rtg_histogram,
)


def main(data: str) -> None:
    _figure_learning_curve.main(data)
    _figure_rtg_histogram.main(data)
    for part in (
        _figure_grid,
        _figure_composition,
        _figure_roles,
        _figure_over_time,
    ):
        part.main()


if __name__ == "__main__":
    run(main)
