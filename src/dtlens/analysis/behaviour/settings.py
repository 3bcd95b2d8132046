"""What the tables of behaviour, whole and ablated, ask of a model."""

from typing import Annotated

from pydantic import Field

from dtlens.base.settings import Count, Rtg, Section, Seed


class Behaviour(Section):
    seed: Seed
    rtg: Annotated[list[Rtg], Field(min_length=1)]
    episodes: Count
    sampled_episodes: Count
    ablation_episodes: Count
    reference_states: Count
    on_policy_episodes: Annotated[int, Field(ge=2, strict=True)]  # half of them are held out
