"""Draw every figure of the study as a whole."""

from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.agents.settings import Agents
from dtlens.base.files import read_csv
from dtlens.base.settings import load
from dtlens.figures import composition, grid, learning_curve, over_time, roles, rtg_histogram
from dtlens.figures.style import save
from dtlens.over_time.settings import OverTime


def main() -> None:
    def table(name: str) -> pd.DataFrame:
        return read_csv(Path(f"results/{name}.csv"))

    runs = load("agents", Agents).names
    pages = {
        "learning_curve": learning_curve.page({run: table(f"ppo/{run}") for run in runs}),
        "rtg_histogram": rtg_histogram.page(
            {run: table(f"trajectories/{run}/rtg_histogram") for run in runs}
        ),
        "grid": grid.page(table("grid"), table("seeds")),
        "composition": composition.page(table("composition")),
        "roles": roles.page(table("roles")),
        "over_time": over_time.page(
            {name: table(f"over_time/{name}") for name in load("over_time", OverTime).names}
        ),
    }
    for page, figure in pages.items():
        save(figure, Path(f"results/figures/{page}"))


if __name__ == "__main__":
    run(main)
