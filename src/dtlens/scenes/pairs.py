"""Pairs of windows that differ in one thing: what interventions set against each other.

The clean window holds what the model should react to, the corrupted one does not; an intervention
carries activations from the clean run into the corrupted one (Zhang and Nanda, 2024). All windows
are placed scenes of one timestep: token 0 is the reward-to-go, token 1 the state.
"""

from itertools import permutations
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import UInt8

from dtlens.minigrid import FRONT, Object
from dtlens.model.transformer import Windows
from dtlens.scenes.bank import scene_windows

RTG_TOKEN, STATE_TOKEN = 0, 1
Scenes = tuple[pd.DataFrame, UInt8[np.ndarray, "scene 7 7 3"]]


class Pairs(NamedTuple):
    """Clean windows at one reward-to-go, each with its corrupted counterpart."""

    kind: str
    rtg: float
    front: pd.Series
    clean: Windows
    corrupted: Windows


def make_pairs(
    scenes: Scenes, rtgs: list[float], per_front: int, seed: int, device: str
) -> list[Pairs]:
    """Pairs of both kinds, from `per_front` scenes of each front object drawn from the seed.

    "rtg": a scene told the highest reward-to-go, and told the lowest; and the reverse. "front": a
    scene with something in front, and the same scene with that one cell empty; at each
    reward-to-go. The emptied scene may be one that cannot occur, such as a gap in the wall.
    """
    drawn = scenes[0].groupby("front", sort=False).sample(per_front, random_state=seed)
    views = scenes[1][drawn.index]
    labels = drawn.reset_index(drop=True)
    pairs = [
        Pairs(
            "rtg",
            rtg,
            labels["front"],
            scene_windows(labels, views, rtg, device),
            scene_windows(labels, views, other, device),
        )
        for rtg, other in permutations((max(rtgs), min(rtgs)))
    ]
    blocked = labels["front"] != "empty"
    labels, views = labels[blocked].reset_index(drop=True), views[blocked]
    emptied = views.copy()
    emptied[:, *FRONT] = (Object.EMPTY, 0, 0)
    return pairs + [
        Pairs(
            "front",
            rtg,
            labels["front"],
            scene_windows(labels, views, rtg, device),
            scene_windows(labels, emptied, rtg, device),
        )
        for rtg in rtgs
    ]
