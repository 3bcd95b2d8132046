"""Which models are trained: the headline's, its controls', the grid's."""

import itertools
from typing import Annotated, Self

from pydantic import Field, model_validator

from dtlens.io.errors import UserError
from dtlens.model.cells import Cell, Layers
from dtlens.params import Count, Encoding, Section, Seed, Share


class Headline(Section):
    model: str
    encoding: Annotated[list[Encoding], Field(min_length=1)]
    seed: Annotated[list[Seed], Field(min_length=1)]

    @model_validator(mode="after")
    def check_cells(self) -> Self:
        try:
            _ = self.cells
        except UserError as error:
            raise ValueError(str(error)) from error
        return self

    @property
    def cells(self) -> list[Cell]:
        """The cell of every encoding and seed."""
        return [
            Cell.parse(f"{self.model}-{encoding}-s{seed}")
            for encoding in self.encoding
            for seed in self.seed
        ]


class Oversampling(Section):
    """The headline cells trained with other shares of end-of-episode samples (claim 22)."""

    share: Annotated[list[Share], Field(min_length=1)]
    encoding: Annotated[list[Encoding], Field(min_length=1)]
    seed: Annotated[list[Seed], Field(min_length=1)]
    episodes: Count

    def cells(self, headline: Headline) -> list[Cell]:
        """The headline model of every share, encoding and seed."""
        return [
            Cell.parse(f"{headline.model}-{encoding}-s{seed}-e{share:g}")
            for share in self.share
            for encoding in self.encoding
            for seed in self.seed
        ]


class Grid(Section):
    layers: Annotated[list[Layers], Field(min_length=1)]
    width: Annotated[list[Count], Field(min_length=1)]
    heads: Annotated[list[Count], Field(min_length=1)]
    context: Annotated[list[Count], Field(min_length=1)]
    seed: Seed
    predictions: Count
    episodes: Count

    @model_validator(mode="after")
    def check_heads(self) -> Self:
        for width, heads in itertools.product(self.width, self.heads):
            if width % heads:
                raise ValueError(f"heads = {heads} must divide width = {width}")
        return self

    @property
    def cells(self) -> list[Cell]:
        """Every combination, index-encoded."""
        return [
            Cell(
                layers=layers,
                width=width,
                heads=heads,
                context=context,
                encoding="index",
                seed=self.seed,
            )
            for layers, width, heads, context in itertools.product(
                self.layers, self.width, self.heads, self.context
            )
        ]
