"""Trajectories that a mixture of the agent's snapshots plays."""

import numpy as np
import torch
from jaxtyping import Int, UInt8

from dtlens.agents.ppo import Agent
from dtlens.agents.settings import CheckpointPlay, Mixture
from dtlens.agents.snapshots import Snapshots
from dtlens.base.errors import UserError
from dtlens.minigrid import ACTIONS, Observations
from dtlens.task.episodes import play_episodes
from dtlens.task.settings import Environment
from dtlens.trajectories.steps import Log, Trajectories, from_log


def assign(success: list[float], mixture: Mixture, episodes: int) -> Int[np.ndarray, " episode"]:
    """The snapshot that plays each episode: every quality has its share, split evenly within.

    Poor is a success rate below 0.1, good one above 0.9. Raises `UserError` if a quality is asked
    for that no snapshot has.
    """
    rate = np.array(success)
    qualities = {"poor": rate < 0.1, "middling": (rate >= 0.1) & (rate <= 0.9), "good": rate > 0.9}
    weight = np.zeros(len(rate))
    for quality, members in qualities.items():
        share = getattr(mixture, quality)
        if share and not members.any():
            raise UserError(
                f"params.yaml: trajectories: checkpoints.mixture.{quality} = {share}, but no"
                f" snapshot of PPO is {quality}; raise ppo.checkpoints or set it to 0"
            )
        weight[members] = share / max(members.sum(), 1)
    ends = np.round(weight.cumsum() * episodes).astype(int)
    return np.repeat(np.arange(len(rate)), np.diff(np.r_[0, ends]))


@torch.no_grad()
def play_mixture(
    snapshots: Snapshots, settings: CheckpointPlay, environment: Environment
) -> Trajectories:
    """Whole episodes of the mixture; `policy` is the update the acting snapshot was taken after."""
    player = assign(snapshots.success, settings.mixture, settings.episodes)
    generator = torch.Generator().manual_seed(settings.seed)

    def choose(
        episode: Int[np.ndarray, " env"], t: int, observation: Observations
    ) -> UInt8[np.ndarray, " env"]:
        encoded = Agent.encode(torch.from_numpy(observation))
        logits = torch.empty(len(episode), ACTIONS)
        for index in np.unique(player[episode]):
            rows = torch.from_numpy(player[episode] == index)
            logits[rows] = snapshots.agents[index](encoded[rows])[0]
        action = torch.multinomial(logits.softmax(-1), 1, generator=generator)
        return action.squeeze(1).numpy().astype(np.uint8)

    seed = np.random.SeedSequence(settings.seed, spawn_key=(2,))  # not PPO's own episodes
    steps = list(play_episodes(environment, settings.episodes, seed, choose))
    episode, *columns = (np.concatenate(column) for column in zip(*steps, strict=True))
    order = np.argsort(episode, kind="stable")  # episode by episode, each in order of time
    played = np.array(snapshots.updates, np.int16)[player[episode[order]]]
    observation, action, reward, terminated, truncated = (column[order] for column in columns)
    return from_log(Log(episode[order], observation, action, reward, terminated, truncated, played))
