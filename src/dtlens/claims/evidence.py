"""The tables that claims are judged by, each read once."""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pandas as pd

from dtlens.base.files import read_csv
from dtlens.behaviour.roles import roles
from dtlens.model.cell import Cell

read = cache(read_csv)


@dataclass(frozen=True)
class Model:
    """One trained model: its cell, and the tables about it."""

    folder: Path
    cell: Cell

    def table(self, kind: str) -> pd.DataFrame:
        """Its table of a kind: "ablation", or one of many as in "circuits/scan"."""
        kind, _, name = kind.partition("/")
        within = f"{self.cell.name}/{name}" if name else self.cell.name
        return read(self.folder / kind / f"{within}.csv")

    def has(self, kind: str) -> bool:
        """Whether there is such a table of one file a model."""
        return (self.folder / kind / f"{self.cell.name}.csv").exists()

    def value(self, kind: str, column: str = "value", **where: object) -> float:
        """The one number of `column` in the rows of a table where the columns are as given.

        Several rows give their mean, as for both sides of the goal.
        """
        table = self.table(kind)
        for name, wanted in where.items():
            chosen = wanted if isinstance(wanted, list) else [wanted]
            table = table[table[name].isin(chosen)]
        return float(table[column].mean())

    def like(self, **changes: object) -> "Model":
        """The model whose cell differs in this."""
        return Model(self.folder, self.cell.model_copy(update=changes))

    def head_of(self, behaviour: str) -> str:
        """The head that carries most of a behaviour of `roles`: heads have no other names."""
        table = roles(self.table("ablation"))
        heads = table[(table["behaviour"] == behaviour) & table["component"].str.contains("H")]
        return str(heads.nlargest(1, "part")["component"].item())


@dataclass(frozen=True)
class Results:
    """All results: the headline's models by encoding, and the tables that are not one model's."""

    folder: Path
    cells: list[Cell]
    over_time: list[Cell]  # the runs that were measured while they trained

    @property
    def agents(self) -> list[str]:
        """The runs of the agent that the headline's models learned from."""
        return list(dict.fromkeys(cell.data for cell in self.cells))

    @cached_property
    def models(self) -> dict[str, list[Model]]:
        encodings = dict.fromkeys(cell.encoding for cell in self.cells)
        return {
            encoding: [Model(self.folder, cell) for cell in self.cells if cell.encoding == encoding]
            for encoding in encodings
        }

    def table(self, name: str) -> pd.DataFrame:
        """A table by its path in the folder, less the suffix."""
        return read(self.folder / f"{name}.csv")
