"""The edit: told a target between, refuse the goal while entering it would return more.

Its target states are those in which an agent that waits turns away, where models go on: the goal
in front, too early for what they are told. What should stay as it is: the goal in front when it is
time, all other things in front told the same, and everything at target returns -1 and 0.
"""

import numpy as np
import torch

from dtlens.analysis.scenes.bank import Scenes
from dtlens.beyond.attainable_returns.attainable import entering_return
from dtlens.beyond.rank_one_editing.edits import Edit
from dtlens.beyond.rank_one_editing.settings import RankOneEditing
from dtlens.beyond.rooms.kinds import TRAINED
from dtlens.env.dynamic_obstacles import GOALS, HIGH, LOW, MIDDLE
from dtlens.model.transformer import Windows


def at_the_goal(
    goals: Scenes, targets: list[float], early: bool, max_steps: int, generator: np.random.Generator
) -> Windows:
    """The goal in front, told any of the targets, at a time that is too early for it, or is not."""
    rtg = generator.choice(targets, len(goals.labels))
    # As an agent that waits: of two steps, counted from 0, it may take the one before its time.
    later = entering_return(np.arange(max_steps) + 2, max_steps)
    first = (later > rtg[:, None]).sum(1).clip(1, max_steps - 1)
    low, high = (0 * first, first) if early else (first, 0 * first + max_steps)
    return goals.windows(0.0)._replace(
        rtg=torch.from_numpy(rtg.astype(np.float32)[:, None]),
        time=torch.from_numpy(generator.integers(low, high)[:, None]),
    )


def calibration_edit(
    scenes: Scenes, targets: list[float], max_steps: int, settings: RankOneEditing
) -> Edit:
    """What is edited, and where nothing should change."""
    generator = np.random.default_rng(settings.seed)
    of_goal = scenes.fronts.isin(GOALS).to_numpy()
    rows = generator.permutation(np.flatnonzero(of_goal))[: settings.scenes]
    goals, bank = scenes.select(rows), scenes.sample(settings.per_front, settings.seed)
    others = bank.select(~bank.fronts.isin(GOALS).to_numpy())
    target_rtg = generator.choice(targets, len(others.labels)).astype(np.float32)
    unchanged = [
        at_the_goal(goals, targets, False, max_steps, generator),
        others.windows(0.0)._replace(rtg=torch.from_numpy(target_rtg[:, None])),
        bank.windows(LOW),
        bank.windows(MIDDLE),
    ]
    early = at_the_goal(goals, targets, True, max_steps, generator)
    return Edit(-1, early, Windows.joined(unchanged), TRAINED, HIGH)
