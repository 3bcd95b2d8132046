"""The edit over the models of every arm, beside the models as they are and asked again."""

from pathlib import Path

from dtlens.base.stage import run

import pandas as pd

from dtlens.arms import cells_by_arm
from dtlens.base.files import read_csv, write_csv
from dtlens.base.settings import load
from dtlens.model.cell import Cell
from dtlens.reachable.over_models import Values, grouped, over_models
from dtlens.reachable.settings import Reachable
from dtlens.reachable.summary import errors, inside

NONE = "none"  # as the model is
MEASURES = ["before", "after", "divergence"]
EDIT = ["place", "refused"]
MEASURED, CURVE = [*EDIT, "key", "measure"], [*EDIT, "rtg"]


def asked(cell: Cell) -> pd.DataFrame:
    """What was asked of a model: as it is, as told and again through its curve, and edited."""
    plain = read_csv(Path(f"results/reachable/{cell.name}/asked.csv")).assign(
        place=NONE, refused=1.0
    )
    edited = read_csv(Path(f"results/straighten/{cell.name}/asked.csv")).assign(way="as_told")
    return pd.concat([plain, edited], ignore_index=True)


def of_play(tables: list[pd.DataFrame], targets: list[float]) -> Values:
    """The errors of returns, by place, strength and way of asking."""
    keys = pd.concat(tables)[[*EDIT, "way"]].drop_duplicates().to_numpy().tolist()
    for place, refused, way in keys:
        same = [table[table["place"].eq(place) & table["refused"].eq(refused)] for table in tables]
        found = pd.DataFrame([errors(rows, way, targets) for rows in same if len(rows)])
        for error in found:
            yield (place, refused, way, str(error)), found[error].tolist()


def of_scenes(tables: list[pd.DataFrame]) -> Values:
    """What the edit does in scenes, by place, strength and key; models without it are left out."""
    return grouped(pd.concat(tables).melt([*EDIT, "key"], MEASURES, "measure"), MEASURED)


def of_targets(tables: list[pd.DataFrame], targets: list[float]) -> Values:
    """The mean return at each target, as it is told."""
    return grouped(inside(pd.concat(tables), "as_told", targets), CURVE, "mean_return")


def main() -> None:
    targets, measured, curves = load("reachable", Reachable).targets, [], []
    for arm, cells in cells_by_arm().items():
        tables = [asked(cell) for cell in cells]
        scenes = [read_csv(Path(f"results/straighten/{cell.name}/scenes.csv")) for cell in cells]
        of_arm = [*of_play(tables, targets), *of_scenes(scenes)]
        measured.append(over_models(of_arm, MEASURED).assign(arm=arm))
        curves.append(over_models(of_targets(tables, targets), CURVE).assign(arm=arm))
    for name, found in (("straighten", measured), ("straighten_targets", curves)):
        table = pd.concat(found, ignore_index=True)
        write_csv(Path(f"results/{name}.csv"), table[["arm", *table.columns.drop("arm")]])


if __name__ == "__main__":
    run(main)
