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
    anneal: bool  # the learning rate linearly to 0
    entropy: Annotated[float, Field(ge=0)]
    value_loss: Positive
    gradient_norm: Positive
    gamma: Share
    gae_lambda: Share
    clip: Positive
    input: Literal["index", "objects"]  # all 147 integers of a view, or its objects one-hot
    time_outs: Literal["last_view", "next_episode"]  # whose value follows an episode cut off
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


class GivingUp(Section):
    """Shares of the episodes in which the agent gives up, at a step drawn below `before` or in
    front of the goal if it comes there first: it then moves at random, wandering (into nothing) or
    reckless (see `give_up_logits`)."""

    wandering: Share
    reckless: Share
    before: Count

    @model_validator(mode="after")
    def check_sum(self) -> Self:
        if self.wandering + self.reckless > 1:
            raise ValueError("wandering + reckless must be at most 1")
        return self


class CheckpointPlay(Section):
    seed: Seed
    episodes: Count
    mixture: Mixture
    giving_up: GivingUp


class DataSettings(Section):
    source: Literal["history", "checkpoints", "both"]
    checkpoints: CheckpointPlay | None = None

    @model_validator(mode="after")
    def check_source(self) -> Self:
        if (self.source == "history") != (self.checkpoints is None):
            verb = "reads no" if self.checkpoints else "needs"
            raise ValueError(f"source = {self.source} {verb} `checkpoints`")
        return self
