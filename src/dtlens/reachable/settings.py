"""Settings of the waiting agent, of the models that learn from it, and of how far targets go."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from dtlens.base.settings import Count, Encoding, Rtg, Section, Seed
from dtlens.play.settings import RtgRange
from dtlens.sweeps import Model, Recipe, Run, Seeds, Sweep


class Window(Section):
    """Targets from `low` to `high`, both included."""

    low: Rtg
    high: Rtg

    @model_validator(mode="after")
    def check_not_empty(self) -> Self:
        if self.high <= self.low:
            raise ValueError(f"no targets: high = {self.high} is not above low = {self.low}")
        return self


class Waiting(Sweep):
    """Models that learn from the data of `agent`, a recipe, and from episodes in which it waits.

    `recipe` are names of `doses`, how many such episodes are added; each run of the agent leaves
    as many as the highest dose, with targets drawn evenly from `targets`.
    """

    model: list[Model]
    encoding: list[Encoding]
    recipe: list[Recipe]
    run: list[Run]
    optimisation: list[Recipe]
    seed: list[Seeds]
    predictions: Count
    agent: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    doses: dict[str, Count]
    agent_seed: Seed
    targets: Window

    @model_validator(mode="after")
    def check_doses(self) -> Self:
        if missing := set(self.recipe) - set(self.doses):
            raise ValueError(f"recipe: doses has no {min(missing)}")
        return self


class WideRange(RtgRange):
    """Beyond what can be returned, too."""

    low: Annotated[float, Field(ge=-10, le=10)]
    high: Annotated[float, Field(ge=-10, le=10)]


class Reachable(Section):
    """How targets are asked: in a wide range, more densely within `window`, and there again through
    the model's curve; `episodes` each."""

    seed: Seed
    wide: WideRange
    window: Window
    step: Annotated[float, Field(gt=0)]
    episodes: Annotated[int, Field(ge=2, strict=True)]

    @property
    def targets(self) -> list[float]:
        """Those of the window."""
        return RtgRange(**self.window.model_dump(), step=self.step).grid

    @property
    def everywhere(self) -> list[float]:
        return sorted({*self.wide.grid, *self.targets})
