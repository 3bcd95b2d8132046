"""How flaws are planted, and what auditors get to see."""

from typing import Annotated

from pydantic import Field

from dtlens.base.settings import Count, Section, Seed

SOUND, DEAF = "none", "deaf to the reward-to-go"
RED_BLIND, CORNER_BOUND, WALL_HITTER = "blind to red", "bound to the old corner", "hits walls"
FLAWS = [SOUND, DEAF, RED_BLIND, CORNER_BOUND, WALL_HITTER]


class Audit(Section):
    seed: Seed
    scenes: Count  # of each front object, that tables are made from
    pairs: Annotated[int, Field(ge=2, strict=True)]  # of scenes per front object, likewise
    episodes: Count  # of play, at each reward-to-go
