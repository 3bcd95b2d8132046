"""Which edits are made: in which states the model should walk on, or should not."""

from typing import NamedTuple

import numpy as np
import torch

from dtlens.minigrid import Object, front_object
from dtlens.model.transformer import Windows
from dtlens.rewrites.settings import Rewrites
from dtlens.scenes.bank import Scenes
from dtlens.task.dynamic_obstacles import GOALS, HIGH, LOW, MAIN_REFUSAL, MIDDLE, REFUSALS
from dtlens.task.settings import Environment
from dtlens.worlds.kinds import KINDS, OFF, RED, TRAINED
from dtlens.worlds.views import first_views, one_step

REFUSED, _ = REFUSALS[MAIN_REFUSAL]
ENDS = {"low": LOW, "middle": MIDDLE, "high": HIGH}
TIMES = range(10, 30)  # of the scene bank


class Edit(NamedTuple):
    """Where P(forward) goes up (sign 1) or down (-1): target states, and rooms to judge it in."""

    sign: int
    targets: Windows
    others: Windows
    kind: str
    rtg: float


def together(parts: list[Windows]) -> Windows:
    return Windows(*map(torch.cat, zip(*parts, strict=True)))


def halves(windows: Windows) -> tuple[Windows, Windows]:
    """Every other window, and the rest."""
    return Windows(*(x[::2] for x in windows)), Windows(*(x[1::2] for x in windows))


def in_rooms(
    kind: str, thing: Object, rtg: float, settings: Rewrites, environment: Environment
) -> Windows:
    """What an agent anywhere in such rooms sees that has the thing in front."""
    views = first_views(KINDS[kind], environment, 40 * settings.scenes, settings.seed)
    found = views[front_object(views) == thing][: settings.scenes]
    times = np.random.default_rng(settings.seed).choice(TIMES, len(found))
    return one_step(found, rtg, times)


def make_edits(scenes: Scenes, settings: Rewrites, environment: Environment) -> dict[str, Edit]:
    """The edits by name; others are the bank at every reward-to-go, less what the edit is about."""
    bank = scenes.sample(settings.per_front, settings.seed)

    def of_bank(fronts: list[str], rtg: float) -> Windows:
        rows = scenes.select(scenes.fronts.isin(fronts).to_numpy())
        drawn = np.random.default_rng(settings.seed).permutation(len(rows.labels))
        return rows.select(drawn[: settings.scenes]).windows(rtg)

    def all_but(fronts: list[str], rtg: float | None) -> Windows:
        kept = bank.select((~bank.fronts.isin(fronts)).to_numpy())
        return together([(kept if told == rtg else bank).windows(told) for told in ENDS.values()])

    def of_rooms(kind: str, thing: Object) -> tuple[Windows, Windows, str, float]:
        targets = in_rooms(kind, thing, HIGH, settings, environment)
        return targets, all_but([], None), kind, HIGH

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
