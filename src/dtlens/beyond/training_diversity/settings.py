"""Which models learn from more kinds of rooms, and how they are asked."""

from typing import Annotated, Literal

from pydantic import Field

from dtlens.base.settings import Count, Rtg, Seed
from dtlens.beyond.rooms.kinds import DOSES
from dtlens.model.cell import Cell
from dtlens.model.sweeps import OfOneShape

FIRST, *_ = DOSES


class TrainingDiversity(OfOneShape):
    """`recipe` names the rooms (see `DOSES`). Agents and data are made as by the recipe that is the
    first dose; its own models stand, none is trained anew."""

    recipe: Annotated[  # type: ignore[assignment]  # a list may not change what it holds
        list[Literal["four", "anywhere", "coloured", "anywhere_coloured"]], Field(min_length=1)
    ]
    play_seed: Seed
    rtg: Rtg
    episodes: Count  # in each kind of room
    scenes: Count  # of each front object

    @property
    def doses(self) -> dict[str, list[Cell]]:
        """The models of each dose."""
        found: dict[str, list[Cell]] = {FIRST: []}
        for cell in self.cells:
            found.setdefault(str(cell.recipe), []).append(cell)
            if cell.recipe == self.recipe[0]:
                found[FIRST].append(cell.model_copy(update={"recipe": FIRST}))
        return found
