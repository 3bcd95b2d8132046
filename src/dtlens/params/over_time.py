"""What is measured while a model trains."""

from typing import Annotated

from pydantic import Field

from dtlens.params import Count, Section, Seed


class OverTime(Section):
    seed: Annotated[list[Seed], Field(min_length=1)]
    weight_decay: Annotated[list[Annotated[float, Field(ge=0)]], Field(min_length=1)]
    points: Annotated[int, Field(ge=3, strict=True)]
    episodes: Count
