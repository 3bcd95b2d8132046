"""Which edits are made: in which states the model should walk on, or should not."""

from typing import NamedTuple

import numpy as np

from dtlens.analysis.scenes.bank import Scenes, one_step
from dtlens.beyond.rank_one_editing.settings import RankOneEditing
from dtlens.beyond.rooms.kinds import KINDS, OFF, RED, TRAINED
from dtlens.beyond.rooms.views import facing
from dtlens.env.dynamic_obstacles import AVOIDANCES, GOALS, HIGH, LOW, MAIN_AVOIDANCE, MIDDLE
from dtlens.env.minigrid import Object
from dtlens.env.settings import Environment
from dtlens.model.transformer import Windows

REFUSED, _ = AVOIDANCES[MAIN_AVOIDANCE]
ENDS = {"low": LOW, "middle": MIDDLE, "high": HIGH}


class Edit(NamedTuple):
    """Where P(forward) goes up (sign 1) or down (-1): target states, and rooms to judge it in."""

    sign: int
    targets: Windows
    others: Windows
    kind: str
    rtg: float

    def half(self, which: int) -> "Edit":
        """Every other of its windows, from the first on (0), or the rest (1)."""
        rows = slice(which, None, 2)
        return self._replace(targets=self.targets.select(rows), others=self.others.select(rows))


def make_edits(
    scenes: Scenes, times: range, settings: RankOneEditing, environment: Environment
) -> dict[str, Edit]:
    """The edits by name; others are the bank at every reward-to-go, less what the edit is about.

    Where the bank has no such scenes, target states are views of other rooms, at any of `times`.
    """
    bank = scenes.sample(settings.per_front, settings.seed)

    def of_bank(fronts: list[str], rtg: float) -> Windows:
        rows = scenes.select(scenes.fronts.isin(fronts).to_numpy())
        drawn = np.random.default_rng(settings.seed).permutation(len(rows.labels))
        return rows.select(drawn[: settings.scenes]).windows(rtg)

    def all_but(fronts: list[str], rtg: float | None) -> Windows:
        kept = bank.select((~bank.fronts.isin(fronts)).to_numpy())
        return Windows.joined((kept if end == rtg else bank).windows(end) for end in ENDS.values())

    def of_rooms(kind: str, thing: Object) -> tuple[Windows, Windows, str, float]:
        count, seed = 40 * settings.scenes, settings.seed
        views = facing(thing, KINDS[kind], environment, count, seed)[: settings.scenes]
        drawn = np.random.default_rng(seed).choice(times, len(views))
        return one_step(views, HIGH, drawn), all_but([], None), kind, HIGH

    refuse, enter = -1, 1
    return {
        "refuse what is in the way, told -1": Edit(
            refuse, of_bank([REFUSED], LOW), all_but([REFUSED], LOW), TRAINED, LOW
        ),
        "enter the goal, told 0": Edit(
            enter, of_bank(GOALS, MIDDLE), all_but(GOALS, MIDDLE), TRAINED, MIDDLE
        ),
        "enter a goal off the walls": Edit(enter, *of_rooms(OFF, Object.GOAL)),
        "refuse what is in the way, red": Edit(refuse, *of_rooms(RED, Object.BALL)),
    }
