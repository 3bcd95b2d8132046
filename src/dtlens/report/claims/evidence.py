"""What claims are judged by: the tables of a model, of the agent's runs, and of the study."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from dtlens.analysis.behaviour.roles import roles
from dtlens.base.files import read_csv
from dtlens.base.statistics import Number
from dtlens.model.cell import Cell

RESULTS = Path("results")
read = cache(read_csv)


# A table by its kind, such as "ablation" or "circuits/scan"; None if there is none.
Tables = Callable[[str], pd.DataFrame | None]


def of_results(cell: Cell) -> Tables:
    """The tables that the pipeline made of a model."""

    def table(kind: str) -> pd.DataFrame | None:
        path = RESULTS / f"models/{cell.name}/{kind}.csv"
        if kind == "behaviours" and not path.exists():  # one that is not analysed
            rows = read(RESULTS / "in_scenes.csv")
            return rows[rows["cell"] == cell.name]
        return read(path) if path.exists() else None

    return table


@dataclass(frozen=True)
class Model:
    """A model: its cell, and the tables about it."""

    cell: Cell
    tables: Tables

    def row(self, kind: str, **where: Any) -> dict[str, Any] | None:
        """The one row of a table where the columns are as given; None if there is none, as of
        heads in a model without."""
        table = self.tables(kind)
        if table is None or not set(where) <= set(table):
            return None
        for name, wanted in where.items():
            is_it = table[name] == wanted
            # An empty cell of a CSV is read as no number.
            table = table[is_it | table[name].isna() if wanted == "" else is_it]
        if table.empty:
            return None
        (row,) = table.to_dict("records")
        return {str(name): value for name, value in row.items()}

    def number(
        self, kind: str, column: str = "value", unit: str = "scenes", **where: Any
    ) -> Number | None:
        """A row's value in `column`, with its interval in low and high, or in column_low and
        column_high; exact (a number of the weights) if there is neither. None without such a row.
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
            return Number(value, value, value, 1, "model")
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


Measure = Callable[[Model], Number | None]


@dataclass(frozen=True)
class Study:
    """The arms: groups of models that differ in run and seed alone, by name."""

    arms: dict[str, list[Model]]

    def runs(self, arm: str) -> list[str]:
        """The runs of the agent that an arm's models learned from."""
        return list(dict.fromkeys(model.cell.data for model in self.arms.get(arm, [])))


def table(name: str) -> pd.DataFrame:
    """A table of the study by its path in the results, less the suffix."""
    return read(RESULTS / f"{name}.csv")
