"""Settings of the agents, and of the episodes that Decision Transformers learn from."""

from itertools import product
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dtlens.base.settings import Count, Positive, Section, Seed, Share


class Agents(Section):
    """The runs of PPO: each recipe (a name under `ppo` and `trajectories`) from each seed.

    DVC joins a pair by "-" into the name of its data, as in ours-r1.
    """

    recipe: Annotated[list[Annotated[str, Field(pattern=r"^[a-z_]+$")]], Field(min_length=1)]
    run: Annotated[list[Annotated[str, Field(pattern=r"^r\d+$")]], Field(min_length=1)]

    @property
    def names(self) -> list[str]:
        return ["-".join(pair) for pair in product(self.recipe, self.run)]


class Ppo(Section):
    """Proximal policy optimisation (Schulman et al., 2017), with the names of the paper."""

    total_steps: Count
    environments: Count
    rollout_steps: Count
    minibatches: Count
    epochs: Count
    learning_rate: Positive
    entropy: Annotated[float, Field(ge=0)]
    gamma: Share
    gae_lambda: Share
    clip: Positive
    hidden: Count
    checkpoints: Count

    @property
    def updates(self) -> int:
        return self.total_steps // (self.environments * self.rollout_steps)

    @model_validator(mode="after")
    def check_sizes(self) -> Self:
        per_update = self.environments * self.rollout_steps
        if per_update % self.minibatches:
            raise ValueError(f"minibatches must divide environments * rollout_steps = {per_update}")
        if self.updates < self.checkpoints:
            raise ValueError(
                f"total_steps gives {self.updates} updates of {per_update} steps,"
                f" fewer than checkpoints = {self.checkpoints}"
            )
        return self


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


class DataSettings(Section):
    source: Literal["history", "checkpoints"]
    checkpoints: CheckpointPlay
