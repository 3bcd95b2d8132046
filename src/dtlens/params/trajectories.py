"""Which episodes Decision Transformers learn from."""

from typing import Literal, Self

from pydantic import model_validator

from dtlens.params import Count, Section, Seed, Share


class Mixture(Section):
    poor: Share
    middling: Share
    good: Share

    @model_validator(mode="after")
    def check_sum(self) -> Self:
        if abs(self.poor + self.middling + self.good - 1) > 1e-9:
            raise ValueError("poor + middling + good must be 1")
        return self


class CheckpointPlay(Section):
    seed: Seed
    episodes: Count
    mixture: Mixture


class Trajectories(Section):
    source: Literal["history", "checkpoints"]
    checkpoints: CheckpointPlay
