"""All of params.yaml, and what must hold between its sections."""

from pathlib import Path
from typing import Self

from pydantic import model_validator

from dtlens.agents.settings import DataSettings, Ppo
from dtlens.base.settings import PATH, Compute, Section, read_yaml
from dtlens.behaviour.settings import Behaviour
from dtlens.circuits.settings import Circuits
from dtlens.over_time.settings import OverTime
from dtlens.play.settings import Calibration
from dtlens.scenes.settings import SceneSettings
from dtlens.sweeps import Grid, Headline, Oversampling
from dtlens.task.settings import Environment
from dtlens.training.settings import Training


class Params(Section):
    compute: Compute
    environment: Environment
    ppo: Ppo
    trajectories: DataSettings
    headline: Headline
    oversampling: Oversampling
    grid: Grid
    training: Training
    scenes: SceneSettings
    calibration: Calibration
    behaviour: Behaviour
    circuits: Circuits
    over_time: OverTime

    @model_validator(mode="after")
    def check_times(self) -> Self:
        if self.scenes.times.last >= self.environment.max_steps:
            raise ValueError(
                f"scenes.times.last = {self.scenes.times.last} must be below"
                f" environment.max_steps = {self.environment.max_steps}"
            )
        return self

    @model_validator(mode="after")
    def check_pairs(self) -> Self:
        if self.circuits.pairs > self.scenes.per_front:
            raise ValueError(
                f"circuits.pairs = {self.circuits.pairs} must not exceed"
                f" scenes.per_front = {self.scenes.per_front}"
            )
        return self

    @model_validator(mode="after")
    def check_requests(self) -> Self:
        off = set(self.behaviour.rtg) - set(self.calibration.rtg.grid)
        if off:
            raise ValueError(f"behaviour.rtg: {sorted(off)} are not on the grid of calibration.rtg")
        return self

    @model_validator(mode="after")
    def check_claims(self) -> Self:
        if not {-1.0, 0.0, 0.9} <= set(self.behaviour.rtg):
            raise ValueError("behaviour.rtg: must hold -1, 0 and 0.9, which the claims are about")
        return self

    @model_validator(mode="after")
    def check_no_cell_twice(self) -> Self:
        if twice := set(self.headline.names) & set(self.grid.names):
            raise ValueError(f"grid: {min(twice)} is in headline too; take another seed")
        return self


def load_params(path: Path = PATH) -> Params:
    """The settings of the pipeline; raises `UserError` with every wrong key on one line."""
    return Params.read(str(path), read_yaml(path))
