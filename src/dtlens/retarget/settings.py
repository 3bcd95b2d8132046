"""Which models are sent elsewhere, and how it is judged."""

from typing import Annotated

from pydantic import Field

from dtlens.base.settings import Count, Section, Seed
from dtlens.sweeps import Recipe


class Retarget(Section):
    """Of the models of `recipe`, which are doses of diversity, and of the first dose."""

    recipe: Annotated[list[Recipe], Field(min_length=1)]
    seed: Seed
    steps: Count  # in which a cell is to be reached
    views: Annotated[int, Field(ge=100, strict=True)]  # without a goal, and with one
    random: Count  # edits of the same size for each cell
    episodes: Count
