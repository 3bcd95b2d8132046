"""Models of the same runs that learned from aimless episodes, from waiting, and from neither."""

from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.aimless.settings import AIMLESS, Aimless
from dtlens.base.files import read_csv, write_csv
from dtlens.base.settings import load
from dtlens.model.cell import Cell
from dtlens.reachable.over_models import Values, grouped, over_models
from dtlens.reachable.settings import Reachable, Waiting
from dtlens.reachable.summary import errors, inside

PATHS = {
    "nothing": "results/reachable/{}/asked.csv",
    "waiting": "results/waiting/{}/asked.csv",
    AIMLESS: "results/aimless/{}.csv",
}
LESS = f"{AIMLESS} less nothing"
ERRORS, CURVE = ["added", "encoding", "error"], ["added", "encoding", "rtg"]


def asked(added: str, cell: Cell) -> pd.DataFrame:
    """What was asked of a model."""
    table = read_csv(Path(PATHS[added].format(cell.name)))
    return table.assign(added=added, encoding=cell.encoding)


def of_play(tables: list[pd.DataFrame], targets: list[float]) -> Values:
    """The errors of returns, and by how much more those of the aimless are, run by run."""
    rows = []
    for table in tables:
        added, encoding = table[["added", "encoding"]].iloc[0]
        rows.append({"added": added, "encoding": encoding} | errors(table, "as_told", targets))
    found = pd.DataFrame(rows).melt(["added", "encoding"], var_name="error")
    for (encoding, error), group in found.groupby(["encoding", "error"], sort=False):
        by = {added: part["value"].to_numpy() for added, part in group.groupby("added", sort=False)}
        by[LESS] = by[AIMLESS] - by["nothing"]
        for added, values in by.items():
            yield (added, encoding, error), values.tolist()


def of_targets(tables: list[pd.DataFrame], targets: list[float]) -> Values:
    """The mean return at each target, as it is told."""
    return grouped(inside(pd.concat(tables), "as_told", targets), CURVE, "mean_return")


def main() -> None:
    targets, cells = (
        load("reachable", Reachable).targets,
        load("aimless", Aimless).cells(load("waiting", Waiting)),
    )
    tables = [asked(added, cell) for added, models in cells.items() for cell in models]
    found = over_models(of_play(tables, targets), ERRORS)
    write_csv(Path("results/aimless.csv"), found)
    curves = over_models(of_targets(tables, targets), CURVE)
    write_csv(Path("results/aimless_targets.csv"), curves)


if __name__ == "__main__":
    run(main)
