"""How edits of the weights are made and judged."""

from typing import Annotated

from pydantic import Field

from dtlens.base.settings import Count, Section, Seed, Share


class Rewrites(Section):
    """P(forward) in target states is brought to `refused` or `entered`; `random_keys` edits of the
    same effect are the null."""

    seed: Seed
    refused: Share
    entered: Share
    scenes: Annotated[int, Field(ge=4, strict=True)]  # target states, half of them held out
    per_front: Count  # of the bank, at each reward-to-go: where nothing should change
    random_keys: Annotated[int, Field(ge=2, strict=True)]
    episodes: Count  # in each kind of room, at each reward-to-go
