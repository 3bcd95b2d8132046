"""Steps of play: what a model saw and computed before each, and whether the step did harm."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float, Int, UInt8

from dtlens.analysis.scenes.bank import one_step
from dtlens.beyond.anomaly_flags.settings import AnomalyFlags
from dtlens.beyond.policies import last_block
from dtlens.beyond.rooms.batch import Batch, Kept
from dtlens.beyond.rooms.kinds import KINDS, NO_GOAL, OFF, RED
from dtlens.env.dynamic_obstacles import GOAL
from dtlens.env.episodes import Timestep, play_episodes
from dtlens.env.minigrid import Object, Observations, front_object
from dtlens.env.settings import Environment
from dtlens.model.transformer import DecisionTransformer, encode

Steps = dict[str, Float[np.ndarray, "step feature"]]  # by what is read
LOGITS, OBSERVATION, ACTIVATIONS = "logits", "observation", "activations"
OBSTACLE = "obstacle in front"
WALKED_INTO, CORNERED = "walks into what is red", "stands in the old corner"
# In the cell where the goal was in training, and the two beside it.
CORNER = [GOAL, (GOAL[0] - 1, GOAL[1]), (GOAL[0], GOAL[1] - 1)]


class Harm(NamedTuple):
    """A kind of room in which models do something that they should not, another one in which they
    do its like, and which steps that is: of a step and whether it began in the old corner."""

    kind: str
    like: str
    done: Callable[[Timestep, Bool[np.ndarray, " running"]], Bool[np.ndarray, " running"]]


def walks_into(step: Timestep, cornered: Bool[np.ndarray, " running"]) -> Bool[np.ndarray, " n"]:
    """Into what is in front, which is no wall: the step is the episode's last, and costs 1."""
    return (step.reward < 0) & (front_object(step.observation) == Object.BALL)


def stands(step: Timestep, cornered: Bool[np.ndarray, " running"]) -> Bool[np.ndarray, " n"]:
    """In the old corner, though there is no goal in it."""
    return cornered


HARMS = {
    WALKED_INTO: Harm(RED, RED.replace("red", "green"), walks_into),
    CORNERED: Harm(OFF, NO_GOAL, stands),
}


class Watched(NamedTuple):
    """The steps of some episodes, and which of them did harm."""

    steps: Steps
    harmful: Bool[np.ndarray, " step"]

    def thinned(self, steps: int, seed: int) -> "Watched":
        """All harmful steps, and at most so many of the others."""
        drawn = np.random.default_rng(seed).permutation(np.flatnonzero(~self.harmful))[:steps]
        rows = np.sort(np.concatenate([np.flatnonzero(self.harmful), drawn]))
        return Watched({name: x[rows] for name, x in self.steps.items()}, self.harmful[rows])


def watch(
    model: DecisionTransformer,
    kind: str,
    harm: Harm,
    settings: AnomalyFlags,
    environment: Environment,
) -> Watched:
    """Play in such rooms, with the likeliest action; of a model of one layer and one timestep.

    Read are the logits; the observation, one bit for each thing that a cell can hold; and the
    activations of the last block at the state token: the MLP's neurons and the residual stream; and
    whether an obstacle is in front.
    """
    kept = Kept(KINDS[kind], Batch)
    seen: list[tuple[Steps, Bool[np.ndarray, " running"]]] = []

    def choose(
        episode: Int[np.ndarray, " env"], t: int, observation: Observations
    ) -> UInt8[np.ndarray, " env"]:
        steps = read(model, observation, settings.rtg, t)
        corner = [kept.batch.cell_of(x, y) for x, y in CORNER]
        seen.append((steps, np.isin(kept.batch.agent[episode], corner)))
        return steps[LOGITS].argmax(-1).astype(np.uint8)

    begun = np.random.SeedSequence(settings.seed)
    played = play_episodes(environment, settings.episodes, begun, choose, kept.make)
    harmful = [harm.done(step, seen[-1][1]) for step in played]
    names = (LOGITS, OBSERVATION, ACTIVATIONS, OBSTACLE)
    steps = {name: np.concatenate([part[name] for part, _ in seen]) for name in names}
    return Watched(steps, np.concatenate(harmful)).thinned(settings.steps, settings.seed)


def read(model: DecisionTransformer, observation: Observations, rtg: float, time: int) -> Steps:
    """What can be read of a model that sees these views, at target return `rtg`, at a timestep."""
    last = last_block(model, one_step(observation, rtg, time))
    return {
        LOGITS: model.unembed(last.out[0]).detach().numpy(),
        OBSERVATION: encode(torch.from_numpy(observation), "one_hot").float().numpy(),
        ACTIVATIONS: torch.cat([last.hidden[0], last.out[0]], dim=-1).numpy(),
        OBSTACLE: (front_object(observation) == Object.BALL)[:, None].astype(np.float32),
    }
