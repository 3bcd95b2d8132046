"""Who plays: a model, edited or not, an agent, or chance; always whole episodes."""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Int, UInt8

from dtlens.agents.ppo import Agent
from dtlens.env.episodes import Choose, Episodes, Make, play_episodes, summarise
from dtlens.env.minigrid import ACTIONS, Observations
from dtlens.env.settings import Environment
from dtlens.play.rollouts import Policy, play_model

Player = Callable[[Make, int], Episodes]  # plays so many episodes in what is made


def model_player(
    policy: Policy, context: int, rtg: float, environment: Environment, seed: int
) -> Player:
    """A model at the target return `rtg`, with the likeliest action."""

    def play(make: Make, episodes: int) -> Episodes:
        target_rtg = np.full(episodes, rtg)
        return play_model(policy, context, target_rtg, environment, seed, make=make)

    return play


def agent_player(agent: Agent, environment: Environment, seed: int) -> Player:
    """An agent, with the likeliest action."""

    @torch.no_grad()
    def choose(
        episode: Int[np.ndarray, " env"], t: int, observation: Observations
    ) -> UInt8[np.ndarray, " env"]:
        logits, _ = agent(agent.encode(torch.from_numpy(observation)))
        return logits.argmax(-1).to(torch.uint8).numpy()

    return player(lambda: choose, environment, seed)


def random_player(environment: Environment, seed: int) -> Player:
    """Every action as likely: what any other player is compared with."""

    def begin() -> Choose:
        generator = np.random.default_rng(seed)
        return lambda episode, t, observation: generator.integers(
            ACTIONS, size=len(episode), dtype=np.uint8
        )

    return player(begin, environment, seed)


def player(begin: Callable[[], Choose], environment: Environment, seed: int) -> Player:
    """One who chooses by what `begin` gives, anew each time it plays."""

    def play(make: Make, episodes: int) -> Episodes:
        start = np.random.SeedSequence(seed)
        return summarise(play_episodes(environment, episodes, start, begin(), make), episodes)

    return play
