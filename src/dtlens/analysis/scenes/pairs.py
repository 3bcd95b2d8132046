"""Pairs of windows that differ in one thing: what interventions set against each other.

The clean window holds what the model should react to, the corrupted one does not; an intervention
carries activations from the clean run into the corrupted one (Zhang and Nanda, 2024). All windows
are placed scenes of one timestep.
"""

from itertools import permutations
from typing import NamedTuple

import pandas as pd
import torch

from dtlens.analysis.scenes.bank import Scenes
from dtlens.env.dynamic_obstacles import CONTENTS
from dtlens.env.minigrid import FRONT
from dtlens.model.transformer import Windows


class Pairs(NamedTuple):
    """Clean windows at one reward-to-go, each with its corrupted counterpart."""

    kind: str
    rtg: float
    front: "pd.Series[str]"
    clean: Windows
    corrupted: Windows


def make_pairs(scenes: Scenes, target_rtgs: list[float], per_front: int, seed: int) -> list[Pairs]:
    """Pairs of both kinds, from `per_front` scenes of each front object drawn from the seed.

    "rtg": a scene at the highest reward-to-go, and at the lowest; and the reverse. "front": a
    scene with something in front, and the same scene with that one cell empty; at each
    reward-to-go. The emptied scene may be one that cannot occur, such as a gap in the wall.
    """
    drawn = scenes.sample(per_front, seed)
    pairs = [
        Pairs("rtg", rtg, drawn.fronts, drawn.windows(rtg), drawn.windows(other))
        for rtg, other in permutations((max(target_rtgs), min(target_rtgs)))
    ]
    blocked = drawn.select((drawn.fronts != "empty").to_numpy())
    for rtg in target_rtgs:
        clean = blocked.windows(rtg)
        pairs.append(Pairs("front", rtg, blocked.fronts, clean, floor_ahead(clean)))
    return pairs


def floor_ahead(window: Windows) -> Windows:
    """The `window` with nothing in front at its last step, all else as it is."""
    emptied = window.observation.clone()
    emptied[:, -1, *FRONT] = torch.tensor(CONTENTS["empty"], dtype=torch.uint8)
    return window._replace(observation=emptied)
