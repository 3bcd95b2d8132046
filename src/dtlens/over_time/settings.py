"""What is measured while a model trains."""

from typing import Annotated

from pydantic import Field

from dtlens.base.settings import Encoding
from dtlens.sweeps import Model, Seeds, Trained, WeightDecay


class OverTime(Trained):
    model: list[Model]
    encoding: list[Encoding]
    seed: list[Seeds]
    weight_decay: list[WeightDecay]
    points: Annotated[int, Field(ge=3, strict=True)]
