"""Settings of the scene bank."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from dtlens.base.settings import Count, Section, Seed


class Times(Section):
    first: Annotated[int, Field(ge=0, strict=True)]
    last: Annotated[int, Field(ge=0, strict=True)]

    @model_validator(mode="after")
    def check_not_empty(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"no time: last = {self.last} is before first = {self.first}")
        return self

    @property
    def every(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def middle(self) -> int:
        return (self.first + self.last + 1) // 2


class SceneSettings(Section):
    seed: Seed
    per_front: Count
    times: Times
