"""The models there are to train: a cell says what one is, in a name that people can read."""

import re
from typing import Annotated, Self

import numpy as np
from pydantic import Field, model_validator

from dtlens.base.errors import UserError
from dtlens.base.settings import Count, Encoding, Section, Seed, Share

Layers = Annotated[int, Field(ge=0, strict=True)]
COUNTS = ("layers", "width", "heads", "context", "run", "seed")
NAME = re.compile(
    r"(?P<layers>\d+)L-(?P<width>\d+)d-(?P<heads>\d+)h-(?P<context>\d+)k-(?P<encoding>index|one_hot)"
    r"(?:-(?P<recipe>[a-z_]+)-r(?P<run>\d+)-(?P<optimisation>[a-z_]+))?-s(?P<seed>\d+)"
    r"(?:-e(?P<end_oversampling>\d[\d.e-]*))?(?:-w(?P<weight_decay>\d[\d.e-]*))?"
)


class Cell(Section):
    """One Decision Transformer: its architecture, state encoding, what it learned from (`run` of
    the agents' `recipe`) by which `optimisation`, seed, and what is special.

    Of a model that others trained, recipe, run and optimisation are None. `end_oversampling` and
    `weight_decay` take the place of the optimisation's where they are not None.
    """

    layers: Layers
    width: Count
    heads: Count
    context: Count
    encoding: Encoding
    recipe: str | None = None
    run: Seed | None = None
    optimisation: str | None = None
    seed: Seed
    end_oversampling: Share | None = None
    weight_decay: Annotated[float, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def check_heads(self) -> Self:
        if self.width % self.heads:
            raise ValueError(f"heads = {self.heads} must divide width = {self.width}")
        return self

    @property
    def data(self) -> str:
        """The run of the agent that it learned from, as its data is called, e.g. ours-r1."""
        return f"{self.recipe}-r{self.run}"

    @property
    def name(self) -> str:
        """The cell in paths and tables, e.g. 1L-128d-2h-1k-index-ours-r1-ours-s1, or ...-s1-e0,
        ...-s1-w0.5; of a model that others trained 1L-128d-2h-1k-index-s1."""
        shape = f"{self.layers}L-{self.width}d-{self.heads}h-{self.context}k-{self.encoding}"
        origin = f"-{self.data}-{self.optimisation}" if self.recipe else ""
        special = {"e": self.end_oversampling, "w": self.weight_decay}
        suffix = "".join(f"-{key}{value:g}" for key, value in special.items() if value is not None)
        return f"{shape}{origin}-s{self.seed}{suffix}"

    def own_seed(self, seed: int) -> int:
        """The seed of this model's own episodes under a setting's seed: no two models share them,
        so that chance in the game is no likeness of models."""
        entropy = [seed, *self.name.encode()]
        return int(np.random.SeedSequence(entropy).generate_state(1)[0] >> 1)

    @classmethod
    def parse(cls, name: str) -> Self:
        """The cell that has this name; raises `UserError` if none has."""
        match = NAME.fullmatch(name)
        if match is None:
            raise UserError(
                f"{name} is no cell; cells look like 1L-128d-2h-1k-index-ours-r1-ours-s1"
            )
        return cls.read(
            name,
            {
                key: int(value) if key in COUNTS and value else value
                for key, value in match.groupdict().items()
            },
        )
