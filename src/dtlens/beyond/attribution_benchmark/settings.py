"""How methods are graded on models that wait."""

from typing import Annotated

from pydantic import Field

from dtlens.base.settings import Count, Section, Seed
from dtlens.beyond.attainable_returns.settings import Window
from dtlens.model.sweeps import Recipe

WAITS, LIKE = "waits", "like"  # a model that has learned to wait, and its like that has not


class AttributionBenchmark(Section):
    """Of the models of `recipe`, which are names of doses of waiting.

    Pairs of windows differ by `steps` steps, or by what these are worth in reward-to-go; before
    that the sum of what is told and what the time is worth is drawn from `from_sum`.
    """

    recipe: Annotated[list[Recipe], Field(min_length=1)]
    seed: Seed
    pairs: Annotated[int, Field(ge=10, strict=True)]
    steps: Count
    from_sum: Window
    fitted: Annotated[int, Field(ge=100, strict=True)]
    episodes: Count
    neurons: Count
