"""An agent that waits: it turns away from the goal until it can have what it was told."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor

from dtlens.minigrid import FRONT, Action, Object, Observations, front_object
from dtlens.task.episodes import play_episodes
from dtlens.task.settings import Environment
from dtlens.trajectories.steps import Log, Trajectories, from_log

LEFT_OF_AGENT = (FRONT[0] - 1, FRONT[1] + 1)


def due(target_rtg: Float[np.ndarray, " episode"], max_steps: int) -> Float[np.ndarray, " episode"]:
    """The number of the step, counted from 1, whose entering the goal returns the target."""
    return (1 - target_rtg) * max_steps / 0.9


def waiting_action(
    observation: Observations, early: Bool[np.ndarray, " env"]
) -> Int[np.ndarray, " env"]:
    """What it does beside the goal, or -1 where an agent that seeks the goal moves it.

    In front of the goal it turns right while it is `early`, and with the goal on its left to the
    left: turns end no episode, and the goal is in front at every other step.
    """
    in_front = front_object(observation) == Object.GOAL
    on_the_left = observation[:, *LEFT_OF_AGENT, 0] == Object.GOAL
    action = np.where(in_front, np.where(early, Action.RIGHT, Action.FORWARD), -1)
    return np.where(on_the_left, Action.LEFT, action)


@torch.no_grad()
def play_waiting(
    logits: Callable[[UInt8[Tensor, "env 7 7 3"]], Float[Tensor, "env action"]],
    target_rtg: Float[np.ndarray, " episode"],
    environment: Environment,
    seed: int,
) -> Trajectories:
    """An episode for each target: the likeliest actions lead to the goal, beside which it waits.

    Of the two steps around the one that is due, that is taken at which the goal is in front.
    The policy's number is 0.
    """
    deadline = due(target_rtg, environment.max_steps)

    def choose(
        episode: Int[np.ndarray, " env"], t: int, observation: Observations
    ) -> UInt8[np.ndarray, " env"]:
        waits = waiting_action(observation, t + 1 < deadline[episode] - 1)
        seeks = logits(torch.from_numpy(observation)).argmax(-1).numpy()
        return np.where(waits < 0, seeks, waits).astype(np.uint8)

    own = np.random.SeedSequence(seed, spawn_key=(3,))  # no other agent's episodes
    steps = list(play_episodes(environment, len(target_rtg), own, choose))
    episode, *columns = (np.concatenate(column) for column in zip(*steps, strict=True))
    order = np.argsort(episode, kind="stable")  # episode by episode, each in order of time
    observation, action, reward, terminated, truncated = (column[order] for column in columns)
    policy = np.zeros(len(order), np.int16)
    return from_log(Log(episode[order], observation, action, reward, terminated, truncated, policy))


def first_episodes(data: Trajectories, count: int) -> Trajectories:
    """The first `count` episodes."""
    length = data.length[:count]
    steps = int(length.sum())
    columns = ("view", "action", "reward", "terminated", "truncated", "rtg", "policy", "t")
    kept = {name: getattr(data, name)[:steps] for name in columns}
    return replace(data, start=data.start[:count], length=length, **kept)
