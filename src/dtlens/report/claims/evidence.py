"""What claims are judged by: the tables of a model, of the agent's runs, and of the study."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Self

import pandas as pd

from dtlens.analysis.behaviour.roles import roles
from dtlens.base.files import read_csv
from dtlens.base.statistics import Number, exact
from dtlens.model.cell import Cell
from dtlens.report.arms import AGAIN, OWN, STUDYS_CELL, cells_by_arm

RESULTS = Path("results")
# Checkpoints of the study: the tables that `dtlens analyse` made of each, kept with the project.
REFERENCES = Path("references")
read = cache(read_csv)


# A table by its kind, such as "ablation" or "circuits/scan"; None if there is none.
Tables = Callable[[str], pd.DataFrame | None]


def table(name: str) -> pd.DataFrame:
    """A table of the study by its path in the results, less the suffix."""
    return read(RESULTS / f"{name}.csv")


def of_results(cell: Cell) -> Tables:
    """The tables that the pipeline made of a model."""

    def of_kind(kind: str) -> pd.DataFrame | None:
        path = RESULTS / f"models/{cell.name}/{kind}.csv"
        if kind == "behaviours" and not path.exists():  # one that is not analysed
            rows = read(RESULTS / "in_scenes.csv")
            return rows[rows["cell"] == cell.name]
        return read(path) if path.exists() else None

    return of_kind


def of_reference(name: str) -> Tables:
    """The tables of a checkpoint of the study."""

    def of_kind(kind: str) -> pd.DataFrame | None:
        path = REFERENCES / name / f"{kind}.csv"
        return read(path) if path.exists() else None

    return of_kind


def by_columns(table: pd.DataFrame, columns: list[str]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """A table's rows by what stands in these columns."""
    keys = (table[name].astype(object).where(table[name].notna(), "") for name in columns)
    rows = [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
    return dict(zip(zip(*keys, strict=True), rows, strict=True))


@dataclass(frozen=True)
class Model:
    """A model: its cell, and the tables about it."""

    cell: Cell
    tables: Tables

    def row(self, kind: str, **where: Any) -> dict[str, Any] | None:
        """The one row of a table where the columns are as given ("" is an empty cell); None if
        there is none, as of heads in a model without."""
        if (asked := (kind, *where)) not in self._rows:
            table = self.tables(kind)
            if table is None or not set(where) <= set(table):
                return None
            self._rows[asked] = by_columns(table, list(where))
        return self._rows[asked].get(tuple(where.values()))

    @cached_property
    def _rows(self) -> dict[tuple[str, ...], dict[tuple[Any, ...], dict[str, Any]]]:
        """A table's rows by what stands in columns: statements ask thousands of times."""
        return {}

    def number(
        self, kind: str, column: str = "value", unit: str = "scenes", **where: Any
    ) -> Number | None:
        """A row's value in `column`, with its interval in low and high, or in column_low and
        column_high; exact (a number of the weights) if there is neither. None without such a row,
        or where the encoding has no such number.
        """
        row = self.row(kind, **where)
        if row is None:
            return None
        value = float(row[column])
        low, high = (
            ("low", "high")
            if column in ("value", "mean_return")
            else (f"{column}_low", f"{column}_high")
        )
        if low not in row:
            return of_weights(value)
        count = row["n"] if "n" in row else row["episodes"]
        return Number(value, float(row[low]), float(row[high]), int(count), unit)

    def head(self, behaviour: str) -> str | None:
        """The head that was chosen for an avoidance; None in a model that has none."""
        return self.heads.get(behaviour)

    @cached_property
    def heads(self) -> dict[str, str]:
        """The head chosen for each avoidance: most statements ask for one."""
        shapley = self.tables("shapley")
        if shapley is None or shapley.empty:
            return {}
        table = roles(shapley)
        chosen = table[table["chosen"]]
        return dict(zip(chosen["behaviour"], chosen["component"], strict=True))

    def like(self, **changes: object) -> "Model":
        """The pipeline's model whose cell differs in this."""
        cell = self.cell.model_copy(update=changes)
        return Model(cell, of_results(cell))


def of_weights(value: float) -> Number | None:
    """A number of the weights alone; None for one that the encoding has not."""
    return None if pd.isna(value) else exact(value)


@dataclass(frozen=True)
class Study:
    """The arms: groups of models that differ in run and seed alone, by name."""

    arms: dict[str, list[Model]]

    @classmethod
    def of_project(cls) -> Self:
        """The study's checkpoints, and the models of every arm that params.yaml names."""
        kept = {name: [Model(STUDYS_CELL, of_reference(name))] for name in (OWN, AGAIN)}
        made = {
            arm: [Model(cell, of_results(cell)) for cell in cells]
            for arm, cells in cells_by_arm().items()
        }
        return cls(kept | made)

    def runs(self, arm: str) -> dict[int | None, str]:
        """The runs of the agent that an arm's models learned from, by their numbers: what their
        data is called."""
        made = [model.cell for model in self.arms.get(arm, []) if model.cell.recipe]
        return {cell.run: cell.data for cell in made}
