"""The models there are to train: a cell says what one is, in a name that people can read."""

import re
from typing import Annotated, Self

from pydantic import Field, model_validator

from dtlens.base.errors import UserError
from dtlens.base.settings import Count, Encoding, Section, Seed, Share

Layers = Annotated[int, Field(ge=0, strict=True)]
COUNTS = ("layers", "width", "heads", "context", "seed")
NAME = re.compile(
    r"(?P<layers>\d+)L-(?P<width>\d+)d-(?P<heads>\d+)h-(?P<context>\d+)k"
    r"-(?P<encoding>\w+)-s(?P<seed>\d+)"
    r"(?:-e(?P<end_oversampling>\d[\d.e-]*))?(?:-w(?P<weight_decay>\d[\d.e-]*))?"
)


class Cell(Section):
    """One Decision Transformer: its architecture, state encoding, seed, and what is special.

    `end_oversampling` and `weight_decay` take the place of the training settings' where they are
    not None.
    """

    layers: Layers
    width: Count
    heads: Count
    context: Count
    encoding: Encoding
    seed: Seed
    end_oversampling: Share | None = None
    weight_decay: Annotated[float, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def check_heads(self) -> Self:
        if self.width % self.heads:
            raise ValueError(f"heads = {self.heads} must divide width = {self.width}")
        return self

    @property
    def name(self) -> str:
        """The cell in paths and tables, e.g. 1L-128d-2h-1k-index-s1, or ...-s1-e0, ...-s1-w0.5."""
        special = {"e": self.end_oversampling, "w": self.weight_decay}
        suffix = "".join(f"-{key}{value:g}" for key, value in special.items() if value is not None)
        return (
            f"{self.layers}L-{self.width}d-{self.heads}h-{self.context}k"
            f"-{self.encoding}-s{self.seed}{suffix}"
        )

    @classmethod
    def parse(cls, name: str) -> Self:
        """The cell that has this name; raises `UserError` if none has."""
        match = NAME.fullmatch(name)
        if match is None:
            raise UserError(f"{name} is no cell; cells look like 1L-128d-2h-1k-index-s1")
        values = match.groupdict()
        counts = {key: int(values.pop(key)) for key in COUNTS}
        return cls.read(name, counts | values)
