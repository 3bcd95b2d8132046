"""Which episodes stand in for those of the agent that waits."""

from dtlens.base.settings import Section, Seed
from dtlens.model.cell import Cell
from dtlens.reachable.settings import Waiting
from dtlens.sweeps import Recipe

AIMLESS = "aimless"  # the recipe of such a model, in its name


class Aimless(Section):
    """Models as those of `like`, a dose of waiting, with as many episodes that are aimless."""

    like: Recipe
    seed: Seed

    def cells(self, waiting: Waiting) -> dict[str, list[Cell]]:
        """By what is added to the agent's data, in one order: nothing, waiting, or this."""
        likes = [cell for cell in waiting.cells if cell.recipe == self.like]
        recipes = {"nothing": waiting.agent, "waiting": self.like, AIMLESS: AIMLESS}
        return {
            added: [cell.model_copy(update={"recipe": recipe}) for cell in likes]
            for added, recipe in recipes.items()
        }
