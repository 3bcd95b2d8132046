"""Methods graded over all models that wait, and over their likes."""

from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.base.files import read_csv, write_csv
from dtlens.base.settings import load
from dtlens.clock.settings import Clock
from dtlens.model.cell import Cell
from dtlens.reachable.over_models import Values, over_models
from dtlens.reachable.settings import Waiting

LABELS = ["model", "encoding", "method", "question"]
FITTED = ["explained", "slope", "agreement"]


def of_kind(cells: list[Cell], kind: str) -> pd.DataFrame:
    """A table of every model, with its encoding."""
    tables = [
        read_csv(Path(f"results/clock/{cell.name}/{kind}.csv")).assign(encoding=cell.encoding)
        for cell in cells
    ]
    return pd.concat(tables, ignore_index=True)


def as_questions(fits: pd.DataFrame, held: pd.DataFrame, methods: pd.DataFrame) -> pd.DataFrame:
    """One table of all three kinds, a row a model and question; columns: `LABELS`, truth, value.

    Of the closed form how well it describes the model; of play, the error of episodes with no
    token's time held, and with each one's.
    """
    fitted = fits.melt(["model", "encoding"], FITTED, "question").assign(method="closed form")
    played = held.rename(columns={"held": "question"}).assign(method="time held in play")
    return pd.concat([fitted, played, methods], ignore_index=True)[[*LABELS, "truth", "value"]]


def by_question(rows: pd.DataFrame) -> Values:
    for key, group in rows.groupby(LABELS, sort=False):
        model, encoding, method, question = map(str, key)
        yield (model, encoding, method, question), group["value"].tolist()


def main() -> None:
    settings, waiting = load("clock", Clock), load("waiting", Waiting)
    cells = [cell for cell in waiting.cells if cell.recipe in settings.recipe]
    rows = as_questions(*(of_kind(cells, kind) for kind in ("closed_form", "held", "methods")))
    table = over_models(by_question(rows), LABELS)
    truth = rows.groupby(LABELS, sort=False)["truth"].mean().to_numpy()
    table.insert(len(LABELS), "truth", truth)
    write_csv(Path("results/clock.csv"), table)


if __name__ == "__main__":
    run(main)
