"""Batched environments (EnvPool), whole episodes played in them, and how these went."""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

from dtlens.env.dynamic_obstacles import classify
from dtlens.env.minigrid import Observations, front_object
from dtlens.env.settings import Environment

Choose = Callable[[Int[np.ndarray, " env"], int, Observations], UInt8[np.ndarray, " env"]]
# Makes so many environments in one batch; they take the calls that EnvPool's do.
Make = Callable[[Environment, int, np.random.SeedSequence], Any]


def envpool_with_minigrid() -> Any:
    """EnvPool with the games of MiniGrid alone: 0.1 seconds instead of 1.1.

    Its own list of games, `envpool.entry`, imports all families of them, and those look for assets
    of 0.4 GB, which are not installed.
    """
    sys.modules.setdefault("envpool.entry", ModuleType("envpool.entry"))
    import envpool
    import envpool.minigrid.registration

    return envpool


def make_environments(environment: Environment, count: int, seed: np.random.SeedSequence) -> Any:
    """`count` EnvPool environments stepped by one thread, each with a seed of its own.

    EnvPool seeds environment i with seed + i, so two pools whose seeds are neighbours would share
    almost all their episodes; drawing every environment's seed from `seed` keeps pools apart.
    """
    seeds = seed.generate_state(count) >> 1  # EnvPool takes signed 32-bit seeds
    return envpool_with_minigrid().make_gymnasium(
        environment.id,
        num_envs=count,
        num_threads=1,
        max_episode_steps=environment.max_steps,
        seed=seeds.tolist(),
    )


class Timestep(NamedTuple):
    """One timestep of the episodes that still run: what each saw, did and got."""

    episode: Int[np.ndarray, " running"]
    observation: Observations
    action: UInt8[np.ndarray, " running"]
    reward: Float[np.ndarray, " running"]
    terminated: Bool[np.ndarray, " running"]
    truncated: Bool[np.ndarray, " running"]


def play_episodes(
    environment: Environment,
    count: int,
    seed: np.random.SeedSequence,
    choose: Choose,
    make: Make = make_environments,
) -> Iterator[Timestep]:
    """Play `count` episodes to their ends, all at once; those that have ended cost nothing.

    `choose(episode, t, observation)` gives the actions of the episodes that still run, whose
    indices are `episode`, at their common timestep t. `make` gives the environments, of the game
    as it is or of another like it.
    """
    pool = make(environment, count, seed)
    observation = pool.reset()[0]["image"].copy()
    running = np.arange(count, dtype=np.int32)
    for t in range(environment.max_steps):
        action = choose(running, t, observation)
        step, reward, terminated, truncated, info = pool.step(action.astype(np.int32), running)
        order = np.argsort(info["env_id"])  # EnvPool answers in the order in which steps finish
        reward, terminated, truncated = reward[order], terminated[order], truncated[order]
        yield Timestep(running, observation, action, reward, terminated, truncated)
        goes_on = ~(terminated | truncated)
        running, observation = running[goes_on], step["image"][order][goes_on]
        if not len(running):
            return


def by_episode(played: Iterable[Timestep]) -> Timestep:
    """All that was played as one, episode by episode, each in order of time."""
    columns = [np.concatenate(column) for column in zip(*played, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    return Timestep(*(column[order] for column in columns))


@dataclass(frozen=True)
class Episodes:
    """How each of a batch of complete episodes went."""

    outcome: UInt8[np.ndarray, " episode"]
    episode_return: Float[np.ndarray, " episode"]
    length: Int[np.ndarray, " episode"]


def summarise(played: Iterable[Timestep], count: int) -> Episodes:
    """Outcome, return and length of each of the `count` episodes played."""
    outcome = np.zeros(count, np.uint8)
    episode_return = np.zeros(count)
    length = np.zeros(count, np.int64)
    for step in played:
        episode_return[step.episode] += step.reward
        length[step.episode] += 1
        last = step.terminated | step.truncated
        outcome[step.episode[last]] = classify(
            step.reward[last], step.terminated[last], front_object(step.observation[last])
        )
    return Episodes(outcome, episode_return, length)
