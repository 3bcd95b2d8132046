"""Settings of the delayed-goal agent, of the models that learn from it, and of the targets."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from dtlens.base.settings import Count, Rtg, Section, Seed
from dtlens.model.cell import Cell
from dtlens.model.sweeps import OfOneShape, Recipe
from dtlens.play.settings import RtgRange

NOTHING, DELAYED, WALK = "nothing", "delayed goal", "random walk"  # what is added to data


class Window(Section):
    """Targets from `low` to `high`, both included."""

    low: Rtg
    high: Rtg

    @model_validator(mode="after")
    def check_not_empty(self) -> Self:
        if self.high <= self.low:
            raise ValueError(f"no targets: high = {self.high} is not above low = {self.low}")
        return self


class DelayedGoal(OfOneShape):
    """Models that learn from the data of `agent`, a recipe, and from episodes in which it waits.

    `recipe` are names of `doses`, how many such episodes are added; each run of the agent leaves
    as many as the highest dose, with targets drawn evenly from `targets`. The episodes of the dose
    `control` are a random walk's, as many as of another dose.
    """

    agent: Recipe
    doses: dict[str, Count]
    control: Recipe
    agent_seed: Seed
    targets: Window

    @model_validator(mode="after")
    def check_doses(self) -> Self:
        if missing := set(self.recipe) - set(self.doses):
            raise ValueError(f"recipe: doses has no {min(missing)}")
        if self.control not in self.recipe:
            raise ValueError(f"control: recipe has no {self.control}")
        if not self.like:
            raise ValueError(f"control: no other recipe has as many episodes as {self.control}")
        return self

    @property
    def like(self) -> list[str]:
        """The recipes with as many episodes as the control."""
        count = self.doses[self.control]
        return [name for name in self.recipe if name != self.control and self.doses[name] == count]

    @property
    def added(self) -> dict[str, list[Cell]]:
        """The models of the control by what is added to the agent's data, in one order: nothing,
        as many episodes of the delayed-goal agent, or those of the random walk."""
        controls = [cell for cell in self.cells if cell.recipe == self.control]
        recipes = {NOTHING: self.agent, DELAYED: self.like[0], WALK: self.control}
        return {
            added: [cell.model_copy(update={"recipe": recipe}) for cell in controls]
            for added, recipe in recipes.items()
        }


class WideRange(RtgRange):
    """Beyond what can be returned, too."""

    low: Annotated[float, Field(ge=-10, le=10)]
    high: Annotated[float, Field(ge=-10, le=10)]


class AttainableReturns(Section):
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
