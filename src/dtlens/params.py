"""All of params.yaml, and what must hold between its sections."""

from pathlib import Path
from typing import Self

from pydantic import model_validator

from dtlens.agents.settings import Agents, DataSettings, Ppo
from dtlens.base.settings import PATH, Compute, Section, read_yaml
from dtlens.behaviour.settings import Behaviour
from dtlens.circuits.settings import Circuits
from dtlens.over_time.settings import OverTime
from dtlens.play.settings import Calibration
from dtlens.scenes.settings import SceneSettings
from dtlens.sweeps import Grid, OfStudysCell, Oversampling, Trained
from dtlens.task.dynamic_obstacles import HIGH, LOW, MIDDLE
from dtlens.task.settings import Environment
from dtlens.training.settings import Training


class Params(Section):
    compute: Compute
    environment: Environment
    agents: Agents
    ppo: dict[str, Ppo]
    trajectories: dict[str, DataSettings]
    headline: OfStudysCell
    study: OfStudysCell
    study_one_hot: OfStudysCell
    study_data: OfStudysCell
    study_optimisation: OfStudysCell
    literal: OfStudysCell
    oversampling: Oversampling
    study_oversampling: Oversampling
    grid: Grid
    control: Grid
    training: dict[str, Training]
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
        if len(set(self.behaviour.rtg)) < len(self.behaviour.rtg):
            raise ValueError("behaviour.rtg: a value is there twice")
        return self

    @model_validator(mode="after")
    def check_claims(self) -> Self:
        if not {LOW, MIDDLE, HIGH} <= set(self.behaviour.rtg):
            raise ValueError(
                f"behaviour.rtg: must hold {LOW:g}, {MIDDLE:g} and {HIGH:g},"
                " which the claims are about"
            )
        return self

    @model_validator(mode="after")
    def check_agents(self) -> Self:
        """A run of the agent has one name, and none is there twice."""
        for run in self.agents.run:
            if run != (proper := f"r{int(run[1:])}"):
                raise ValueError(f"agents.run: {run} is written {proper}")
        for name in (names := self.agents.names):
            if names.count(name) > 1:
                raise ValueError(f"agents: {name} is there twice")
        return self

    @model_validator(mode="after")
    def check_recipes(self) -> Self:
        """What is named is there."""
        for section, known in (("ppo", self.ppo), ("trajectories", self.trajectories)):
            if missing := set(self.agents.recipe) - set(known):
                raise ValueError(f"agents.recipe: {section} has no {min(missing)}")
        for name, sweep in self.sweeps.items():
            for cell in sweep.cells:
                if cell.data not in self.agents.names:
                    raise ValueError(f"{name}: {cell.data} is none of {self.agents.names}")
                if cell.optimisation not in self.training:
                    raise ValueError(f"{name}.optimisation: training has no {cell.optimisation}")
        return self

    @model_validator(mode="after")
    def check_no_cell_twice(self) -> Self:
        seen: dict[str, str] = {}
        for section, sweep in self.sweeps.items():
            for name in sweep.names:
                if name in seen:
                    raise ValueError(f"{section}: {name} is in {seen[name]} too; take another seed")
                seen[name] = section
        return self

    @property
    def sweeps(self) -> dict[str, Trained]:
        """Every list of models, by its section."""
        return {name: value for name, value in self if isinstance(value, Trained)}


def load_params(path: Path = PATH) -> Params:
    """The settings of the pipeline; raises `UserError` with every wrong key on one line."""
    return Params.read(str(path), read_yaml(path))
