"""A model's edits, and what each of them does in the bank and in play.

An edit is the model's ablation by a subset and a reference; the first one is the whole model.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from dtlens.analysis.behaviour.ablation import Ablated, reference_pools, subsets
from dtlens.analysis.behaviour.roles import HALVES
from dtlens.analysis.behaviour.settings import Behaviour
from dtlens.analysis.lens.preferences import forward_probability
from dtlens.env.dynamic_obstacles import OUTCOMES
from dtlens.env.settings import Environment
from dtlens.model.transformer import DecisionTransformer, Windows
from dtlens.play.rollouts import play_model

PLAY = "play"
NONE = "none"


class Ablation(NamedTuple):
    ablated: tuple[str, ...]
    reference: str
    model: Ablated


class Values(NamedTuple):
    """An event's value for each edit, reward-to-go and scene or episode, the same for all edits."""

    evidence: str
    event: str
    values: Float[np.ndarray, "edit rtg unit"]


def make_edits(
    model: DecisionTransformer, seen: dict[int, Windows], references: list[str], seed: int
) -> list[Ablation]:
    """The whole model, and every subset ablated by every reference taken from the windows `seen`.

    Edits by the same reference come in the order of `subsets`.
    """
    pools = reference_pools(model, seen)
    return [Ablation((), NONE, Ablated(model, (), {}, seed))] + [
        Ablation(names, reference, Ablated(model, names, pools[reference], seed))
        for reference in references
        for names in subsets(model.cell)
    ]


@torch.no_grad()
def bank_logits(
    edits: list[Ablation], windows: dict[float, Windows]
) -> Float[Tensor, "edit rtg scene 3"]:
    """What each edit answers to placed scenes, in double precision on the CPU."""
    whole = edits[0].model.model
    tokens = [whole.embed(shown) for shown in windows.values()]
    answers = [torch.stack([edit.model.logits(shown) for shown in tokens]) for edit in edits]
    return torch.stack(answers).cpu().double()


def bank_values(
    logits: Float[Tensor, "edit rtg scene 3"], fronts: "pd.Series[str]"
) -> Iterator[Values]:
    """P(forward), by half and by the object in front: the first and second half of its scenes."""
    forward = forward_probability(logits).numpy()
    for front, scenes in fronts.groupby(fronts, sort=False).indices.items():
        halves = scenes[: len(scenes) // 2], scenes[len(scenes) // 2 :]
        for half, rows in zip(HALVES, halves, strict=True):
            yield Values(half, str(front), forward[..., rows])


def play_values(
    edits: list[Ablation], target_rtgs: list[float], settings: Behaviour, environment: Environment
) -> Iterator[Values]:
    """Whether an episode ends so; every edit plays in the same environments."""
    context = edits[0].model.model.cell.context
    target_rtg = np.repeat(target_rtgs, settings.ablation_episodes)
    outcomes = [
        play_model(edit.model, context, target_rtg, environment, settings.seed).outcome
        for edit in edits
    ]
    by_rtg = np.stack(outcomes).reshape(len(edits), len(target_rtgs), -1)
    for code, name in enumerate(OUTCOMES):
        yield Values(PLAY, name, (by_rtg == code).astype(np.float64))
