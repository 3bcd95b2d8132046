"""The models there are to train: a cell says what one is, in a name that people can read."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dtlens.errors import UserError

Count = Annotated[int, Field(ge=1, strict=True)]
Layers = Annotated[int, Field(ge=0, strict=True)]
Seed = Annotated[int, Field(ge=0, lt=2**31, strict=True)]
Share = Annotated[float, Field(ge=0, le=1)]
Encoding = Literal["index", "one_hot"]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def read(cls, source: str, values: Any) -> Self:
        """The section that `values` describe; `UserError` names `source` and each bad key."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            problems = [
                ": ".join(
                    [
                        *filter(None, [".".join(map(str, problem["loc"]))]),
                        problem["msg"].removeprefix("Value error, "),
                    ]
                )
                for problem in error.errors()
            ]
            raise UserError(f"{source}: {'; '.join(problems)}") from error


class Cell(Section):
    """One Decision Transformer: its architecture, state encoding, seed, and what is special.

    `end_oversampling` takes the place of the training settings' where it is not None.
    """

    layers: Layers
    width: Count
    heads: Count
    context: Count
    encoding: Encoding
    seed: Seed
    end_oversampling: Share | None = None

    @model_validator(mode="after")
    def check_heads(self) -> Self:
        if self.width % self.heads:
            raise ValueError(f"heads = {self.heads} must divide width = {self.width}")
        return self

    @property
    def name(self) -> str:
        """The cell in paths and tables, e.g. 1L-128d-2h-1k-index-s1, or ...-s1-e0."""
        special = "" if self.end_oversampling is None else f"-e{self.end_oversampling:g}"
        return (
            f"{self.layers}L-{self.width}d-{self.heads}h-{self.context}k"
            f"-{self.encoding}-s{self.seed}{special}"
        )

    @classmethod
    def parse(cls, name: str) -> Self:
        """The cell that has this name; raises `UserError` if none has."""
        match = re.fullmatch(r"(\d+)L-(\d+)d-(\d+)h-(\d+)k-(\w+)-s(\d+)(?:-e([\d.]+))?", name)
        if match is None:
            raise UserError(f"{name} is no cell; cells look like 1L-128d-2h-1k-index-s1")
        layers, width, heads, context, encoding, seed, end_oversampling = match.groups()
        return cls.read(
            name,
            {
                "layers": int(layers),
                "width": int(width),
                "heads": int(heads),
                "context": int(context),
                "encoding": encoding,
                "seed": int(seed),
                "end_oversampling": end_oversampling,
            },
        )
