"""Snapshots of the PPO agent: their file, and trajectories that a mixture of them plays."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int, UInt8

from dtlens import environments
from dtlens.environments import Observations
from dtlens.io.errors import UserError
from dtlens.model.checkpoints import load_tensors, save_tensors
from dtlens.params.environment import Environment
from dtlens.params.trajectories import CheckpointPlay, Mixture
from dtlens.ppo import Agent
from dtlens.trajectories import Log, Trajectories, from_log

KIND = "ppo_agents"


@dataclass(frozen=True)
class Snapshots:
    """The agent over its training, with the update and the success rate each was taken at."""

    agents: list[Agent]
    updates: list[int]
    success: list[float]


def save_snapshots(path: Path, snapshots: Snapshots) -> None:
    tensors = {
        f"{update}.{name}": tensor
        for update, agent in zip(snapshots.updates, snapshots.agents, strict=True)
        for name, tensor in agent.state_dict().items()
    }
    config = {
        "hidden": snapshots.agents[0].actor[0].out_features,
        "updates": snapshots.updates,
        "success": snapshots.success,
    }
    save_tensors(path, KIND, tensors, config)


def load_snapshots(path: Path) -> Snapshots:
    """Raises `UserError` naming the file if it holds anything else."""
    tensors, config = load_tensors(path, KIND)
    agents = []
    try:
        for update in config["updates"]:
            agent = Agent(config["hidden"])
            agent.load_state_dict(
                {name: tensors[f"{update}.{name}"] for name in agent.state_dict()}
            )
            agents.append(agent)
        return Snapshots(agents, config["updates"], config["success"])
    except (KeyError, RuntimeError) as error:
        raise UserError(f"{path}: tensors do not fit its configuration") from error


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
                f"params.yaml: trajectories.checkpoints.mixture.{quality} = {share}, but no"
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
        logits = torch.empty(len(episode), 3)
        for index in np.unique(player[episode]):
            rows = torch.from_numpy(player[episode] == index)
            logits[rows] = snapshots.agents[index](encoded[rows])[0]
        action = torch.multinomial(logits.softmax(-1), 1, generator=generator)
        return action.squeeze(1).numpy().astype(np.uint8)

    seed = np.random.SeedSequence(settings.seed, spawn_key=(2,))  # not PPO's own episodes
    steps = list(environments.play(environment, settings.episodes, seed, choose))
    episode, *columns = (np.concatenate(column) for column in zip(*steps, strict=True))
    order = np.argsort(episode, kind="stable")  # episode by episode, each in order of time
    played = np.array(snapshots.updates, np.int16)[player[episode[order]]]
    observation, action, reward, terminated, truncated = (column[order] for column in columns)
    return from_log(Log(episode[order], observation, action, reward, terminated, truncated, played))
