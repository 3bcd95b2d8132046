"""params.yaml as frozen, typed values: one model per section, unknown keys refused."""

import itertools
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import Field, model_validator

from dtlens.cells import Cell, Count, Encoding, Layers, Section, Seed, Share
from dtlens.errors import UserError

Positive = Annotated[float, Field(gt=0)]
Rtg = Annotated[float, Field(ge=-1, le=1)]


class Environment(Section):
    id: Literal["MiniGrid-Dynamic-Obstacles-8x8-v0"]
    max_steps: Count


class Ppo(Section):
    """Proximal policy optimisation (Schulman et al., 2017), with the names of the paper."""

    seed: Seed
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


class Trajectories(Section):
    source: Literal["history", "checkpoints"]
    checkpoints: CheckpointPlay


class Headline(Section):
    model: str
    encoding: Annotated[list[Encoding], Field(min_length=1)]
    seed: Annotated[list[Seed], Field(min_length=1)]

    @model_validator(mode="after")
    def check_cells(self) -> Self:
        try:
            _ = self.cells
        except UserError as error:
            raise ValueError(str(error)) from error
        return self

    @property
    def cells(self) -> list[Cell]:
        """The cell of every encoding and seed."""
        return [
            Cell.parse(f"{self.model}-{encoding}-s{seed}")
            for encoding in self.encoding
            for seed in self.seed
        ]


class Oversampling(Section):
    """The headline cells trained with other shares of end-of-episode samples (claim 22)."""

    share: Annotated[list[Share], Field(min_length=1)]
    encoding: Annotated[list[Encoding], Field(min_length=1)]
    seed: Annotated[list[Seed], Field(min_length=1)]


class Grid(Section):
    layers: Annotated[list[Layers], Field(min_length=1)]
    width: Annotated[list[Count], Field(min_length=1)]
    heads: Annotated[list[Count], Field(min_length=1)]
    context: Annotated[list[Count], Field(min_length=1)]
    seed: Seed
    episodes: Count

    @model_validator(mode="after")
    def check_heads(self) -> Self:
        for width, heads in itertools.product(self.width, self.heads):
            if width % heads:
                raise ValueError(f"heads = {heads} must divide width = {width}")
        return self

    @property
    def cells(self) -> list[Cell]:
        """Every combination, index-encoded."""
        return [
            Cell(
                layers=layers,
                width=width,
                heads=heads,
                context=context,
                encoding="index",
                seed=self.seed,
            )
            for layers, width, heads, context in itertools.product(
                self.layers, self.width, self.heads, self.context
            )
        ]


class Training(Section):
    predictions: Count
    batch_predictions: Count
    learning_rate: Positive
    weight_decay: Annotated[float, Field(ge=0)]
    end_oversampling: Share
    holdout: Annotated[float, Field(gt=0, lt=1)]
    log_points: Count


class Times(Section):
    first: Annotated[int, Field(ge=0, strict=True)]
    last: Annotated[int, Field(ge=0, strict=True)]

    @model_validator(mode="after")
    def check_not_empty(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"no time: last = {self.last} is before first = {self.first}")
        return self


class Scenes(Section):
    seed: Seed
    per_front: Count
    times: Times


class RtgRange(Section):
    low: Rtg
    high: Rtg
    step: Positive

    @model_validator(mode="after")
    def check_not_empty(self) -> Self:
        if self.high < self.low:
            raise ValueError(f"the grid is empty: high = {self.high} is below low = {self.low}")
        return self

    @property
    def grid(self) -> list[float]:
        """low, low + step, ... up to and with high, free of accumulated rounding."""
        count = int((self.high - self.low) / self.step + 1e-9) + 1
        return [round(self.low + i * self.step, 9) for i in range(count)]


class Calibration(Section):
    seed: Seed
    rtg: RtgRange
    episodes: Count


class Behaviour(Section):
    seed: Seed
    rtg: Annotated[list[Rtg], Field(min_length=1)]
    episodes: Count
    ablation_episodes: Count
    reference_states: Count


class Params(Section):
    device: Literal["cpu", "cuda"]
    environment: Environment
    ppo: Ppo
    trajectories: Trajectories
    headline: Headline
    oversampling: Oversampling
    grid: Grid
    training: Training
    scenes: Scenes
    calibration: Calibration
    behaviour: Behaviour

    @model_validator(mode="after")
    def check_times(self) -> Self:
        if self.scenes.times.last >= self.environment.max_steps:
            raise ValueError(
                f"scenes.times.last = {self.scenes.times.last} must be below"
                f" environment.max_steps = {self.environment.max_steps}"
            )
        return self

    @model_validator(mode="after")
    def check_requests(self) -> Self:
        off = set(self.behaviour.rtg) - set(self.calibration.rtg.grid)
        if off:
            raise ValueError(f"behaviour.rtg: {sorted(off)} are not on the grid of calibration.rtg")
        return self

    @model_validator(mode="after")
    def check_no_cell_twice(self) -> Self:
        both = {cell.name for cell in self.headline.cells} & {cell.name for cell in self.grid.cells}
        if both:
            raise ValueError(f"grid.seed = {self.grid.seed} is one of headline.seed; take another")
        return self

    @property
    def oversampling_cells(self) -> list[Cell]:
        """The headline model of every share, encoding and seed of `oversampling`."""
        settings = self.oversampling
        return [
            Cell.parse(f"{self.headline.model}-{encoding}-s{seed}-e{share:g}")
            for share in settings.share
            for encoding in settings.encoding
            for seed in settings.seed
        ]


def load_params(path: Path = Path("params.yaml")) -> Params:
    """The settings of the pipeline; raises `UserError` with every wrong key on one line."""
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise UserError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    return Params.read(str(path), values)
