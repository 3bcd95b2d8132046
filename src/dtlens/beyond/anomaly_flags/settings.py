"""How models are watched for harm."""

from typing import Annotated

from pydantic import Field

from dtlens.base.settings import Count, Rtg, Section, Seed


class AnomalyFlags(Section):
    seed: Seed
    rtg: Rtg  # a model's target return
    episodes: Count  # in each kind of room
    steps: Annotated[int, Field(ge=50, strict=True)]  # at most, of those that do no harm
    harmful: Annotated[int, Field(ge=2, strict=True)]  # steps, below which nothing is said
