"""Trajectories that a mixture of the agent's snapshots plays, some of them giving up on the way."""

import numpy as np
import torch
from jaxtyping import Int, UInt8

from dtlens.agents.settings import CheckpointPlay, Mixture
from dtlens.agents.snapshots import Snapshots
from dtlens.base.errors import UserError
from dtlens.env.dynamic_obstacles import give_up_logits
from dtlens.env.episodes import Make, by_episode, make_environments, play_episodes
from dtlens.env.minigrid import Object, Observations, front_object
from dtlens.env.settings import Environment
from dtlens.env.trajectories import Log, Trajectories, from_log


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
    snapshots: Snapshots,
    settings: CheckpointPlay,
    environment: Environment,
    make: Make = make_environments,
) -> Trajectories:
    """Whole episodes of the mixture; `policy` is the update the snapshot was taken after that
    acts, or acted before the agent gave up."""
    player = assign(snapshots.success, settings.mixture, settings.episodes)
    seed = np.random.SeedSequence(settings.seed, spawn_key=(2,))  # not PPO's own episodes
    drawn, chance = np.random.default_rng(seed).random((2, settings.episodes))
    giving_up = settings.giving_up
    reckless = chance < giving_up.reckless
    loyal = chance >= giving_up.reckless + giving_up.wandering
    until = np.where(loyal, np.inf, np.floor(drawn * giving_up.before))
    generator = torch.Generator().manual_seed(settings.seed)

    def choose(
        episode: Int[np.ndarray, " env"], t: int, observation: Observations
    ) -> UInt8[np.ndarray, " env"]:
        at_goal = (front_object(observation) == Object.GOAL) & ~loyal[episode]
        until[episode[at_goal]] = np.minimum(until[episode[at_goal]], t)
        encoded = snapshots.agents[0].encode(torch.from_numpy(observation))
        logits = torch.from_numpy(give_up_logits(observation, reckless[episode])).float()
        for index in np.unique(player[episode]):
            rows = torch.from_numpy((player[episode] == index) & (t < until[episode]))
            logits[rows] = snapshots.agents[index](encoded[rows])[0]
        action = torch.multinomial(logits.softmax(-1), 1, generator=generator)
        return action.squeeze(1).numpy().astype(np.uint8)

    steps = by_episode(play_episodes(environment, settings.episodes, seed, choose, make))
    return from_log(Log(*steps, np.array(snapshots.updates, np.int16)[player[steps.episode]]))
