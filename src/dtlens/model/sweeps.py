"""Which models an analysis trains of its own: every combination of a sweep's lists.

DVC joins a combination's values by "-" into `${key}`. They carry their letters, so that this is the
cell's name: in paths, in tables and in both engines.
"""

from itertools import product
from typing import Annotated, Self

from pydantic import Field, model_validator

from dtlens.base.errors import UserError
from dtlens.base.settings import Count, Encoding, Section
from dtlens.model.cell import Cell

Model = Annotated[str, Field(pattern=r"^\d+L-\d+d-\d+h-\d+k$")]
Recipe = Annotated[str, Field(pattern=r"^[a-z_]+$")]
Run = Annotated[str, Field(pattern=r"^r\d+$")]
Seeds = Annotated[str, Field(pattern=r"^s\d+$")]
WeightDecay = Annotated[str, Field(pattern=r"^w\d")]


class Sweep(Section):
    """The lists come in the order of a cell's name, as in the `matrix` of the stages."""

    @property
    def names(self) -> list[str]:
        """The name of every combination, in DVC's order."""
        lists = [values for _, values in self if isinstance(values, list)]
        return ["-".join(values) for values in product(*lists)]

    @property
    def cells(self) -> list[Cell]:
        return [Cell.parse(name) for name in self.names]

    @model_validator(mode="after")
    def check_names(self) -> Self:
        """Every combination is a cell, under its one name, and none stands twice."""
        for name in self.names:
            try:
                proper = Cell.parse(name).name
            except UserError as error:
                raise ValueError(str(error)) from error
            if name != proper:
                raise ValueError(f"{name} is written {proper}")
            if self.names.count(name) > 1:
                raise ValueError(f"{name} is there twice")
        if not self.names:
            raise ValueError("an empty list leaves no model")
        return self


class OfOneShape(Sweep):
    """Models that learn from runs of agents, by kinds of data and of optimisation."""

    model: list[Model]
    encoding: list[Encoding]
    recipe: list[Recipe]
    run: list[Run]
    optimisation: list[Recipe]
    seed: list[Seeds]
    predictions: Count


class OfStudysCell(OfOneShape):
    """Those of the study's shape, which are calibrated, too."""

    episodes: Count  # at each target return
