"""Agents that come to the goal late: one at the step that its target return asks for, which turns
away from the goal until then, and, as its control, one by chance."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor

from dtlens.agents.ppo import Agent
from dtlens.env.episodes import by_episode, play_episodes
from dtlens.env.minigrid import ACTIONS, FRONT, Action, Object, Observations, front_object
from dtlens.env.settings import Environment
from dtlens.env.trajectories import KEPT, Log, Trajectories, from_log

LEFT_OF_AGENT = (FRONT[0] - 1, FRONT[1] + 1)
# Logits of the actions, of what is seen.
Seek = Callable[[Observations], Float[Tensor, "env action"]]


def due(target_rtg: Float[np.ndarray, " episode"], max_steps: int) -> Float[np.ndarray, " episode"]:
    """The number of the step, counted from 1, whose entering the goal returns the target."""
    return (1 - target_rtg) * max_steps / 0.9


def beside_the_goal(
    observation: Observations, early: Bool[np.ndarray, " env"]
) -> Int[np.ndarray, " env"]:
    """The action beside the goal; -1 elsewhere.

    In front of the goal it turns right while it is `early`, and with the goal on its left to the
    left: turns end no episode, and the goal is in front at every other step.
    """
    in_front = front_object(observation) == Object.GOAL
    on_the_left = observation[:, *LEFT_OF_AGENT, 0] == Object.GOAL
    action = np.where(in_front, np.where(early, Action.RIGHT, Action.FORWARD), -1)
    return np.where(on_the_left, Action.LEFT, action)


@torch.no_grad()
def play(
    seek: Seek, target_rtg: Float[np.ndarray, " episode"], environment: Environment, seed: int
) -> Trajectories:
    """An episode for each target: the likeliest actions by `seek`, but beside the goal as above.

    Of the two steps around the one that is due, that is taken at which the goal is in front.
    The policy's number is 0.
    """
    deadline = due(target_rtg, environment.max_steps)

    def choose(
        episode: Int[np.ndarray, " env"], t: int, observation: Observations
    ) -> UInt8[np.ndarray, " env"]:
        action = seek(observation).argmax(-1).numpy()
        waits = beside_the_goal(observation, t + 1 < deadline[episode] - 1)
        return np.where(waits < 0, action, waits).astype(np.uint8)

    own = np.random.SeedSequence(seed, spawn_key=(3,))  # no other agent's episodes
    steps = by_episode(play_episodes(environment, len(target_rtg), own, choose))
    return from_log(Log(*steps, np.zeros(len(steps.episode), np.int16)))


def delayed_goal(
    agent: Agent, target_rtg: Float[np.ndarray, " episode"], environment: Environment, seed: int
) -> Trajectories:
    """Episodes of an agent that goes to the goal and waits in front of it until it is time."""

    def seek(observation: Observations) -> Float[Tensor, "env action"]:
        logits, _ = agent(agent.encode(torch.from_numpy(observation)))
        return logits

    return play(seek, target_rtg, environment, seed)


def random_walk(episodes: int, environment: Environment, seed: int) -> Trajectories:
    """So many of one who takes any action as likely, but forward where there is no floor, and
    enters the goal as soon as that is beside it: late, and without waiting."""
    generator = torch.Generator().manual_seed(seed)

    def seek(observation: Observations) -> Float[Tensor, "env action"]:
        logits = torch.rand(len(observation), ACTIONS, generator=generator)
        blocked = torch.from_numpy(front_object(observation) != Object.EMPTY)
        logits[blocked, Action.FORWARD] = -torch.inf
        return logits

    return play(seek, np.ones(episodes), environment, seed)  # a return that is always due


def first_episodes(data: Trajectories, count: int) -> Trajectories:
    """The first `count` episodes."""
    length = data.length[:count]
    steps = int(length.sum())
    columns = (*KEPT, "view", "reward", "rtg", "t")
    kept = {name: getattr(data, name)[:steps] for name in columns}
    return replace(data, start=data.start[:count], length=length, **kept)
