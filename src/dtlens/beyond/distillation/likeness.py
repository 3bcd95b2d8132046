"""How alike two players are in the same scenes: in what they choose, in what that depends on, and
in the layer that their logits are read off."""

from typing import NamedTuple, cast

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import nn

from dtlens.agents.ppo import Agent
from dtlens.analysis.interventions.occlusion import (
    Answers,
    occlusion,
    of_agent,
    of_model,
    preference_of,
)
from dtlens.analysis.scenes.bank import one_step
from dtlens.beyond.means import Values
from dtlens.env.minigrid import Observations
from dtlens.model.transformer import DecisionTransformer

TEACHER, OTHER_TEACHER, OTHER_STUDENT = "its teacher", "another teacher", "another student"
LESS = f"{TEACHER} less {OTHER_TEACHER}"
MEASURES = ["agreement", "preference", "effects", "map", "inside", "unread"]
Layer = Float[np.ndarray, "view _"]


class Profile(NamedTuple):
    """A player in the scenes: its likeliest action, F-R, what emptying each cell takes away, the
    layer that its logits are read off, and that less its part in any direction of the read-out."""

    action: Int[np.ndarray, " scene"]
    preference: Float[np.ndarray, " scene"]
    effects: Float[np.ndarray, "scene cell"]
    inside: Layer
    unread: Layer


def see(
    answers: Answers, views: Observations, layer: torch.Tensor, readout: torch.Tensor
) -> Profile:
    """`readout`, [unit, action], gives the logits of the layer, [view, unit]."""
    logits, inside = answers(views), layer.double().numpy()
    basis, _ = np.linalg.qr(readout.double().numpy())
    effects, unread = occlusion(answers, views), inside - inside @ basis @ basis.T
    return Profile(logits.argmax(1), preference_of(logits), effects, inside, unread)


@torch.no_grad()
def student(model: DecisionTransformer, views: Observations, rtg: float, time: int) -> Profile:
    """Its layer is the residual stream after the last block."""

    def answers(shown: Observations) -> Float[np.ndarray, "view 3"]:
        return of_model(model, shown, rtg, time)

    layer = model.run_to_last(model.embed(one_step(views, rtg, time)), 0)
    return see(answers, views, layer, model.W_U)


@torch.no_grad()
def teacher(agent: Agent, views: Observations) -> Profile:
    """Its layer is the actor's second."""
    layer = agent.actor[:-1](agent.encode(torch.from_numpy(views)))
    readout = cast(nn.Linear, agent.actor[-1]).weight.T
    return see(lambda shown: of_agent(agent, shown), views, layer, readout)


def alignment(one: Layer, other: Layer) -> float:
    """Linear CKA (Kornblith et al., 2019, eq. 3 with a linear kernel) over the same views: 1 if one
    is the other turned, moved or scaled as a whole; near 0 if nothing is in common."""
    one, other = one - one.mean(0), other - other.mean(0)
    shared = np.linalg.norm(one.T @ other) ** 2
    return float(shared / (np.linalg.norm(one.T @ one) * np.linalg.norm(other.T @ other)))


def likeness(one: Profile, other: Profile) -> dict[str, float]:
    """By each of `MEASURES`: the share of scenes with the same likeliest action; Pearson's r of F-R
    over scenes, of the effects over scenes and cells, and of their mean sizes over cells; how the
    layers align (see `alignment`), and what of them no logit is read off."""
    pairs = {
        "preference": (one.preference, other.preference),
        "effects": (one.effects.ravel(), other.effects.ravel()),
        "map": (np.abs(one.effects).mean(0), np.abs(other.effects).mean(0)),
    }
    return {
        "agreement": float((one.action == other.action).mean()),
        **{name: float(np.corrcoef(*pair)[0, 1]) for name, pair in pairs.items()},
        "inside": alignment(one.inside, other.inside),
        "unread": alignment(one.unread, other.unread),
    }


def compare(
    arms: dict[str, dict[str, Profile]], runs: dict[str, str], teachers: dict[str, Profile]
) -> Values:
    """The values of each arm's students by arm, who stands beside them, and measure.

    `arms` has the students of each arm by name, `runs` the teacher of each. Beside a student stand
    its own teacher; in their mean, the other teachers of the same recipe; and the students of its
    arm that learned from these. The last is the first's difference from the second, student by
    student.
    """
    for arm, students in arms.items():
        found: dict[tuple[str, str], list[float]] = {}
        for name, own in students.items():
            run = runs[name]
            recipe = run.rpartition("-")[0]
            others = [a for a in teachers if a != run and a.rpartition("-")[0] == recipe]
            beside = {
                TEACHER: [teachers[run]],
                OTHER_TEACHER: [teachers[other] for other in others],
                OTHER_STUDENT: [seen for other, seen in students.items() if runs[other] in others],
            }
            for who, players in beside.items():
                alike = pd.DataFrame([likeness(own, player) for player in players])
                for measure in MEASURES if players else []:
                    found.setdefault((who, measure), []).append(alike[measure].mean())
        for measure in MEASURES:
            if (OTHER_TEACHER, measure) in found:
                pair = (np.array(found[who, measure]) for who in (TEACHER, OTHER_TEACHER))
                found[LESS, measure] = np.subtract(*pair).tolist()
        for key, values in found.items():
            yield (arm, *key), values
