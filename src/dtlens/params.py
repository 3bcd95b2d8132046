"""All of params.yaml, and what must hold between its sections."""

from collections.abc import Iterable
from pathlib import Path
from typing import Self

from pydantic import model_validator

from dtlens.agents.settings import Agents, DataSettings, Ppo
from dtlens.analysis.behaviour.settings import Behaviour
from dtlens.analysis.circuits.settings import Circuits
from dtlens.analysis.over_time.settings import OverTime
from dtlens.analysis.scenes.settings import SceneSettings
from dtlens.base.errors import UserError
from dtlens.base.not_numbers import infinite, misread
from dtlens.base.settings import PATH, Compute, Section, read_yaml
from dtlens.beyond.anomaly_flags.settings import AnomalyFlags
from dtlens.beyond.attainable_returns.settings import AttainableReturns, DelayedGoal
from dtlens.beyond.attribution_benchmark.settings import AttributionBenchmark
from dtlens.beyond.distillation.settings import Distillation
from dtlens.beyond.out_of_distribution.settings import OutOfDistribution
from dtlens.beyond.rank_one_editing.settings import GoalRetargeting, RankOneEditing
from dtlens.beyond.training_diversity.settings import FIRST, TrainingDiversity
from dtlens.env.dynamic_obstacles import HIGH, LOW, MIDDLE
from dtlens.env.settings import Environment
from dtlens.model.settings import Training
from dtlens.model.sheet import PATH as SHEET
from dtlens.model.sheet import Sheet, read_sheet
from dtlens.model.sweeps import OfStudysCell, Sweep
from dtlens.play.settings import Calibration
from dtlens.report.arms import cells_by_arm
from dtlens.report.settings import Chance

MOST_RTGS = 1001  # rewards-to-go of a calibration
MOST_RUN = 2**31 - 1  # a run of the agent is its seed
MOST_LETTERS = 150  # of a name, which is part of files' names


class Params(Section):
    compute: Compute
    environment: Environment
    agents: Agents
    ppo: dict[str, Ppo]
    trajectories: dict[str, DataSettings]
    literal: OfStudysCell
    training: dict[str, Training]
    scenes: SceneSettings
    calibration: Calibration
    behaviour: Behaviour
    circuits: Circuits
    over_time: OverTime
    chance: Chance
    out_of_distribution: OutOfDistribution
    training_diversity: TrainingDiversity
    distillation: Distillation
    delayed_goal: DelayedGoal
    attainable_returns: AttainableReturns
    attribution_benchmark: AttributionBenchmark
    rank_one_editing: RankOneEditing
    goal_retargeting: GoalRetargeting
    anomaly_flags: AnomalyFlags

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
        if self.scenes.per_front < 2:
            raise ValueError("scenes.per_front: takes 2 at least: half of the scenes are held out")
        if self.circuits.pairs > self.scenes.per_front:
            raise ValueError(
                f"circuits.pairs = {self.circuits.pairs} must not exceed"
                f" scenes.per_front = {self.scenes.per_front}"
            )
        return self

    @model_validator(mode="after")
    def check_requests(self) -> Self:
        rtg = self.calibration.rtg
        if (rtg.high - rtg.low) / rtg.step >= MOST_RTGS:
            raise ValueError(
                f"calibration.rtg.step: {rtg.step:g} makes more than {MOST_RTGS} rewards-to-go"
            )
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
            if int(run[1:]) > MOST_RUN:
                raise ValueError(f"agents.run: {run} is beyond r{MOST_RUN}")
        for name in (names := self.agents.names):
            if names.count(name) > 1:
                raise ValueError(f"agents: {name} is there twice")
        return self

    @model_validator(mode="after")
    def check_minibatches(self) -> Self:
        """Two steps at least, by whose spread the advantage is divided, of those that are an
        episode's: up to half of all are none, as each episode takes one to begin anew."""
        for name, ppo in self.ppo.items():
            if ppo.minibatches > (most := ppo.environments * ppo.rollout_steps // 4):
                raise ValueError(
                    f"ppo.{name}.minibatches: {ppo.minibatches} leave less than four steps to"
                    f" each; take at most {most}"
                )
        return self

    @model_validator(mode="after")
    def check_recipes(self) -> Self:
        """What is named is there."""
        must_have("agents.recipe", self.agents.recipe, "ppo", self.ppo)
        must_have("agents.recipe", self.agents.recipe, "trajectories", self.trajectories)
        for section in ("over_time", "literal"):
            sweep: OfStudysCell = getattr(self, section)
            for cell in sweep.cells:
                if cell.data not in self.agents.names:
                    raise ValueError(f"{section}: {cell.data} is none of {self.agents.names}")
            must_have(f"{section}.optimisation", sweep.optimisation, "training", self.training)
        return self

    @model_validator(mode="after")
    def check_beyond(self) -> Self:
        """What is named is there, and the delayed-goal agent is one of those that are trained."""
        delayed, agents = self.delayed_goal, self.agents.names
        for run in delayed.run:
            if (name := f"{delayed.agent}-{run}") not in agents:
                raise ValueError(f"delayed_goal: {name} is none of {agents}")
        must_have("delayed_goal.optimisation", delayed.optimisation, "training", self.training)
        recipe = self.attribution_benchmark.recipe
        must_have("attribution_benchmark.recipe", recipe, "delayed_goal", delayed.recipe)
        doses, retargeting = self.training_diversity.recipe, self.goal_retargeting
        must_have("goal_retargeting.recipe", retargeting.recipe, "training_diversity", doses)
        if retargeting.steps > self.environment.max_steps:
            raise ValueError(
                f"goal_retargeting.steps = {retargeting.steps} must not exceed"
                f" environment.max_steps = {self.environment.max_steps}"
            )
        return self

    def check_sheet(self, sheet: Sheet) -> None:
        """What the sheet of models and the settings say of each other; raises `UserError`."""
        for name, line in sheet.models.items():
            if line.data not in self.agents.names:
                raise UserError(f"{SHEET}: {name}: {line.data} is none of {self.agents.names}")
            if line.training not in self.training:
                raise UserError(f"{SHEET}: {name}: training has no {line.training}")
        for name in [*self.agents.names, *sheet.models]:
            if len(name) > MOST_LETTERS:
                raise UserError(
                    f"agents.recipe: {name[:40]}... has more than {MOST_LETTERS} letters as a name;"
                    " call the recipe or the optimisation something shorter"
                )
        cells_by_arm(sheet)
        delayed, diversity = self.delayed_goal, self.training_diversity
        beside: dict[str, tuple[Sweep, str]] = {
            "delayed_goal": (delayed, delayed.agent),
            "training_diversity": (diversity, FIRST),
        }
        for section, (sweep, recipe) in beside.items():
            for cell in sweep.cells:
                if (like := cell.model_copy(update={"recipe": recipe}).name) not in sheet.analysed:
                    raise UserError(
                        f"{section}: {cell.name} is set beside {like}, which {SHEET} has not"
                        " among those analysed: give both the same model, encoding, run,"
                        " optimisation and seed"
                    )


def must_have(key: str, names: Iterable[str], section: str, known: Iterable[str]) -> None:
    """Raise `ValueError` if a key names what a section does not have."""
    if missing := set(names) - set(known):
        raise ValueError(f"{key}: {section} has no {min(missing)}")


def load_params(path: Path = PATH) -> Params:
    """The settings of the pipeline; raises `UserError` with every wrong key on one line."""
    values = read_yaml(path)
    if found := list(infinite(values)):
        raise UserError(f"{path}: {', '.join(found)}: not a finite number")
    params = Params.read(str(path), values)
    if found := list(misread(values, params.model_dump())):
        raise UserError(f"{path}: {', '.join(found)}: not a number; one has no quotes")
    params.check_sheet(read_sheet(path.with_name(SHEET.name)))
    return params
