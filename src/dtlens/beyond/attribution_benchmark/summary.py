"""Methods graded over all models that wait, and over their likes."""

from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.base.files import write_csv
from dtlens.base.settings import load
from dtlens.beyond.attainable_returns.settings import DelayedGoal
from dtlens.beyond.attribution_benchmark.settings import AttributionBenchmark
from dtlens.beyond.means import means, of_groups

LABELS = ["model", "encoding", "method", "question"]
FITTED = ["explained", "slope", "agreement"]


def as_questions(fits: pd.DataFrame, held: pd.DataFrame, methods: pd.DataFrame) -> pd.DataFrame:
    """One table of all three kinds, a row a model and question; columns: `LABELS`, truth, value.

    Of the closed form how well it describes the model; of play, the error of episodes with no
    token's time held, and with each one's.
    """
    fitted = fits.melt(["model", "encoding"], FITTED, "question").assign(method="closed form")
    played = held.rename(columns={"held": "question"}).assign(method="time held in play")
    return pd.concat([fitted, played, methods], ignore_index=True)[[*LABELS, "truth", "value"]]


def main() -> None:
    recipes = load("attribution_benchmark", AttributionBenchmark).recipe
    names: dict[str, list[str]] = {}
    for cell in load("delayed_goal", DelayedGoal).cells:
        if cell.recipe in recipes:
            names.setdefault(cell.encoding, []).append(cell.name)
    kinds = (
        of_groups(f"attribution_benchmark/{{}}/{kind}.csv", names, "encoding")
        for kind in ("closed_form", "held", "methods")
    )
    rows = as_questions(*kinds)
    table = means(rows, LABELS)
    truth = rows.groupby(LABELS, sort=False)["truth"].mean().to_numpy()
    table.insert(len(LABELS), "truth", truth)
    write_csv(Path("results/beyond/attribution_benchmark.csv"), table)


if __name__ == "__main__":
    run(main)
