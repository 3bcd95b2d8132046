"""params.yaml as frozen, typed values: one model per section, unknown keys refused."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dtlens.errors import UserError

Count = Annotated[int, Field(ge=1, strict=True)]
Seed = Annotated[int, Field(ge=0, lt=2**31, strict=True)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Rtg = Annotated[float, Field(ge=-1, le=1)]
Encoding = Literal["index", "one_hot"]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def read(cls, source: str, values: Any) -> Self:
        """The section that `values` describe; `UserError` names `source` and each bad key."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            problems = [
                ": ".join(
                    [
                        *filter(None, [".".join(map(str, problem["loc"]))]),
                        problem["msg"].removeprefix("Value error, "),
                    ]
                )
                for problem in error.errors()
            ]
            raise UserError(f"{source}: {'; '.join(problems)}") from error


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


class Cell(Section):
    """One Decision Transformer of the grid: its architecture, its state encoding and its seed."""

    layers: Annotated[int, Field(ge=0, strict=True)]
    width: Count
    heads: Count
    context: Count
    encoding: Encoding
    seed: Seed

    @model_validator(mode="after")
    def check_heads(self) -> Self:
        if self.width % self.heads:
            raise ValueError(f"heads = {self.heads} must divide width = {self.width}")
        return self

    @property
    def name(self) -> str:
        """The cell in paths and tables, e.g. 1L-128d-2h-1k-index-s1."""
        return (
            f"{self.layers}L-{self.width}d-{self.heads}h-{self.context}k"
            f"-{self.encoding}-s{self.seed}"
        )

    @classmethod
    def parse(cls, name: str) -> Self:
        """The cell that has this name; raises `UserError` if none has."""
        match = re.fullmatch(r"(\d+)L-(\d+)d-(\d+)h-(\d+)k-(\w+)-s(\d+)", name)
        if match is None:
            raise UserError(f"{name} is no cell; cells look like 1L-128d-2h-1k-index-s1")
        layers, width, heads, context, encoding, seed = match.groups()
        return cls.read(
            name,
            {
                "layers": int(layers),
                "width": int(width),
                "heads": int(heads),
                "context": int(context),
                "encoding": encoding,
                "seed": int(seed),
            },
        )


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
    reference_states: Count


class Params(Section):
    device: Literal["cpu", "cuda"]
    environment: Environment
    ppo: Ppo
    trajectories: Trajectories
    headline: Headline
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


def load_params(path: Path = Path("params.yaml")) -> Params:
    """The settings of the pipeline; raises `UserError` with every wrong key on one line."""
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise UserError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    return Params.read(str(path), values)
