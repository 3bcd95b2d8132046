"""Which models are trained: a sweep is every combination of its lists.

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
Layers = Annotated[str, Field(pattern=r"^\d+L$")]
Width = Annotated[str, Field(pattern=r"^\d+d$")]
Heads = Annotated[str, Field(pattern=r"^\d+h$")]
Context = Annotated[str, Field(pattern=r"^\d+k$")]
Seeds = Annotated[str, Field(pattern=r"^s\d+$")]
EndOversampling = Annotated[str, Field(pattern=r"^e\d")]
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


class Trained(Sweep):
    """What models are trained on, how, how long; and how long they are calibrated."""

    data: str  # the name of an agent's run
    optimisation: str  # a name under `training`
    predictions: Count
    episodes: Count  # at each reward-to-go


class Headline(Trained):
    """The study's cell."""

    model: list[Model]
    encoding: list[Encoding]
    seed: list[Seeds]


class Oversampling(Trained):
    """The headline's cells, trained with other shares of end-of-episode samples (claim 22)."""

    model: list[Model]
    encoding: list[Encoding]
    seed: list[Seeds]
    share: list[EndOversampling]


class Grid(Trained):
    layers: list[Layers]
    width: list[Width]
    heads: list[Heads]
    context: list[Context]
    encoding: list[Encoding]
    seed: list[Seeds]
