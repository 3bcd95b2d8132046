"""How edits of the weights are made and judged."""

from typing import Annotated

from pydantic import Field

from dtlens.base.settings import Count, Section, Seed, Share
from dtlens.model.sweeps import Recipe


class RankOneEditing(Section):
    """P(forward) in target states is brought to `refused` or `entered`, that of the calibration
    edit to each of `calibration`; `random_keys` edits of the same effect are the null."""

    seed: Seed
    refused: Share
    entered: Share
    calibration: Annotated[list[Share], Field(min_length=1)]
    scenes: Annotated[int, Field(ge=4, strict=True)]  # target states, half of them held out
    per_front: Count  # of the bank, at each reward-to-go: where nothing should change
    random_keys: Annotated[int, Field(ge=2, strict=True)]
    episodes: Count  # in each kind of room, at each reward-to-go


class GoalRetargeting(Section):
    """Of the models of `recipe`, which are doses of diversity, and of the first dose."""

    recipe: Annotated[list[Recipe], Field(min_length=1)]
    seed: Seed
    steps: Count  # in which a cell is to be reached
    views: Annotated[int, Field(ge=100, strict=True)]  # without a goal, and with one
    random: Count  # edits of the same size for each cell
    episodes: Count
