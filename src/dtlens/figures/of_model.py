"""Draw every figure of one cell."""

from dtlens.base.stage import run
from dtlens.figures import (
    _figure_ablation,
    _figure_attribution,
    _figure_calibration,
    _figure_circuits,
    _figure_interventions,
)


def main(name: str) -> None:
    for part in (
        _figure_calibration,
        _figure_ablation,
        _figure_attribution,
        _figure_circuits,
        _figure_interventions,
    ):
        part.main(name)


if __name__ == "__main__":
    run(main)
