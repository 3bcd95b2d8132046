"""What is measured while a model trains."""

from typing import Annotated

from pydantic import Field

from dtlens.base.settings import Count, Encoding
from dtlens.sweeps import Model, Seeds, Sweep, WeightDecay


class OverTime(Sweep):
    model: list[Model]
    encoding: list[Encoding]
    seed: list[Seeds]
    weight_decay: list[WeightDecay]
    points: Annotated[int, Field(ge=3, strict=True)]
    episodes: Count
