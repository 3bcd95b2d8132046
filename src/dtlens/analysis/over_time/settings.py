"""What is measured while a model trains."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from dtlens.model.sweeps import OfStudysCell, WeightDecay


class OverTime(OfStudysCell):
    """One list of trainings, which differ in run, seed and weight decay: figures and a claim have
    them as one group."""

    weight_decay: list[WeightDecay]
    points: Annotated[int, Field(ge=3, strict=True)]

    @model_validator(mode="after")
    def check_one_group(self) -> Self:
        for key in ("model", "encoding", "recipe", "optimisation"):
            if len(getattr(self, key)) > 1:
                raise ValueError(f"{key}: takes one value: claims and figures have one group")
        return self
