"""Where models go, edited or not, for so many steps as a cell is to be reached in."""

from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool, Int

from dtlens.analysis.lens.hooked_model import reinitialised
from dtlens.beyond.rank_one_editing.goal_retargeting import (
    GOAL_ANYWHERE,
    NO_GOAL,
    by_chance,
    look,
    retargeting,
)
from dtlens.beyond.rank_one_editing.orbits import ORBITS, orbit
from dtlens.beyond.rank_one_editing.rank_one import W_OUT, changed
from dtlens.beyond.rank_one_editing.settings import GoalRetargeting
from dtlens.beyond.rooms.batch import Answer, Batch, Kept, Rooms
from dtlens.beyond.rooms.kinds import one_of
from dtlens.env.dynamic_obstacles import OUTCOMES, Square
from dtlens.env.episodes import Episodes
from dtlens.env.settings import Environment
from dtlens.model.transformer import DecisionTransformer
from dtlens.play.players import model_player

AS_IT_IS, THERE, ELSEWHERE = "none", "to it", "to others"
RANDOM, UNTRAINED = "random", "untrained"
REACHED, SHOWN = "reached", "shown"


class Tracked(Batch):
    """Rooms that remember where their agents began, and in which cells they have been."""

    def reset(self) -> Any:
        answer = super().reset()
        self.began = self.agent.copy()
        self.been = np.zeros(self.board.shape, bool)
        self.been[np.arange(self.count), self.agent] = True
        return answer

    def step(self, actions: Any, ids: Int[np.ndarray, " room"] | None = None) -> Answer:
        answer = super().step(actions, ids)
        self.been[np.arange(self.count), self.agent] = True
        return answer

    def reached(self, cell: Square) -> Bool[np.ndarray, " episode"]:
        """Of the episodes that began in none of the cells of its orbit: was the agent in one?"""
        cells = [self.cell_of(*at) for at in orbit(cell)]
        elsewhere = ~np.isin(self.began, cells)
        return np.logical_or.reduce(self.been[elsewhere][:, cells], axis=1)


class Went(NamedTuple):
    """Shares of a model's episodes. In rooms without a goal, those that reach each cell or one that
    looks like it, and those that end in a collision; in rooms with one, those that reach it."""

    reached: dict[Square, float]
    harm: float
    goal: float

    def at(self, cell: Square) -> dict[str, float]:
        return {REACHED: self.reached[cell], "harm": self.harm, "goal": self.goal}


class Trials:
    """Plays models, at target return `rtg`."""

    def __init__(self, settings: GoalRetargeting, rtg: float, environment: Environment) -> None:
        self.settings, self.rtg = settings, rtg
        self.environment = environment.model_copy(update={"max_steps": settings.steps})

    def play(self, model: DecisionTransformer, rooms: Rooms) -> tuple[Episodes, Tracked]:
        kept = Kept(rooms, Tracked)
        policy, context = partial(model, last=True), model.cell.context
        player = model_player(policy, context, self.rtg, self.environment, self.settings.seed)
        return player(kept.make, self.settings.episodes), kept.batch

    def goal(self, model: DecisionTransformer, rooms: Rooms) -> float:
        """The share of the episodes that reach the goal."""
        return float((self.play(model, rooms)[0].outcome == OUTCOMES.index("goal")).mean())

    def went(self, model: DecisionTransformer) -> Went:
        episodes, rooms = self.play(model, NO_GOAL)
        reached = {cell: float(rooms.reached(cell).mean()) for cell in ORBITS}
        harm = float((episodes.outcome != OUTCOMES.index("time_out")).mean())
        return Went(reached, harm, self.goal(model, GOAL_ANYWHERE))


def send(
    model: DecisionTransformer, settings: GoalRetargeting, rtg: float, environment: Environment
) -> pd.DataFrame:
    """Columns: cell (its x and y), edit, event, value.

    Events are those of `Went`, and of the model as it is "shown": with a goal in that cell, or in
    one that looks like it, the share of the episodes that reach it. Edits: "none"; "to it"; "to
    others", the mean over the edits to each other cell; "random", that over edits of the same size;
    "untrained", the edit to it of an untrained model, given this one's answers.
    """
    trials, generator = Trials(settings, rtg, environment), torch.Generator()
    untrained = reinitialised(model, 1)
    as_it_is, sent, rows = trials.went(model), {}, []
    for cell in ORBITS:
        seen = look(cell, rtg, settings, environment)
        change = retargeting(model, seen, model)
        taught = changed(untrained, W_OUT, retargeting(untrained, seen, model))
        sent[cell] = trials.went(changed(model, W_OUT, change))
        generator.manual_seed(settings.seed)
        random = [by_chance(model, change, generator) for _ in range(settings.random)]
        went = {
            AS_IT_IS: [as_it_is],
            THERE: [sent[cell]],
            RANDOM: [trials.went(changed(model, W_OUT, other)) for other in random],
            UNTRAINED: [trials.went(taught)],
        }
        for edit, plays in went.items():
            means = pd.DataFrame([play.at(cell) for play in plays]).mean()
            rows += [(cell, edit, event, value) for event, value in means.items()]
        shown = Rooms(goals=one_of(orbit(cell)), anywhere=True)
        rows.append((cell, AS_IT_IS, SHOWN, trials.goal(model, shown)))
    for cell in ORBITS:
        others = [went.reached[cell] for to, went in sent.items() if to != cell]
        rows.append((cell, ELSEWHERE, REACHED, np.mean(others)))
    table = pd.DataFrame(rows, columns=["cell", "edit", "event", "value"])
    return table.assign(cell=[f"{x} {y}" for x, y in table["cell"]])
