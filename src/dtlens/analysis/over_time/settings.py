"""What is measured while a model trains."""

from typing import Annotated

from pydantic import Field

from dtlens.model.sweeps import OfStudysCell, WeightDecay


class OverTime(OfStudysCell):
    weight_decay: list[WeightDecay]
    points: Annotated[int, Field(ge=3, strict=True)]
