"""Trajectories of whole episodes: what they hold, and their reward-to-go."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from jaxtyping import Bool, Float32, Int, Int16, Int32, Int64, UInt8

from dtlens.env.minigrid import VIEW

KEPT = ("action", "terminated", "truncated", "policy")  # of a step, as it was recorded
VIEW_BYTES = int(np.prod(VIEW))


@dataclass(frozen=True)
class Trajectories:
    """Whole episodes, the steps of each contiguous and in order.

    views: the distinct observations; view: which of them each step saw.
    t: timestep within the episode, from 0. rtg: sum of the rewards from this step to the end.
    policy: index of the policy that acted (the PPO update, or the checkpoint).
    start, length: first row and number of steps of each episode.
    """

    views: UInt8[np.ndarray, "view 7 7 3"]
    view: Int32[np.ndarray, " step"]
    action: UInt8[np.ndarray, " step"]
    reward: Float32[np.ndarray, " step"]
    terminated: Bool[np.ndarray, " step"]
    truncated: Bool[np.ndarray, " step"]
    rtg: Float32[np.ndarray, " step"]
    policy: Int16[np.ndarray, " step"]
    t: Int16[np.ndarray, " step"]
    start: Int64[np.ndarray, " episode"]
    length: Int64[np.ndarray, " episode"]

    @property
    def episode_return(self) -> Float32[np.ndarray, " episode"]:
        return self.rtg[self.start]


@dataclass(frozen=True)
class Log:
    """Steps as they were recorded: rows of one environment contiguous and in order of time.

    Episodes follow each other within an environment; the last of each may be unfinished.
    """

    environment: Int[np.ndarray, " step"]
    observation: UInt8[np.ndarray, "step 7 7 3"]
    action: UInt8[np.ndarray, " step"]
    reward: Float32[np.ndarray, " step"]
    terminated: Bool[np.ndarray, " step"]
    truncated: Bool[np.ndarray, " step"]
    policy: Int16[np.ndarray, " step"]


def from_log(log: Log) -> Trajectories:
    """The whole episodes of a log, labelled with their reward-to-go; unfinished ones drop out."""
    ended = log.terminated | log.truncated
    begins = np.r_[True, ended[:-1] | (np.diff(log.environment) != 0)]
    start = np.flatnonzero(begins)
    length = np.diff(np.r_[start, len(begins)])
    whole = ended[start + length - 1]
    keep = np.repeat(whole, length)
    length = length[whole]
    start = np.cumsum(length) - length
    view, views = _distinct(log.observation[keep])
    reward = log.reward[keep]
    return Trajectories(
        views=views,
        view=view,
        reward=reward,
        rtg=reward_to_go(reward, start, length),
        t=timesteps(start, length),
        start=start,
        length=length,
        **{name: getattr(log, name)[keep] for name in KEPT},
    )


def join(one: Trajectories, other: Trajectories) -> Trajectories:
    """The episodes of both, one after the other."""
    index, views = _distinct(np.concatenate([one.views, other.views]))
    columns = (*KEPT, "reward", "rtg", "t", "length")
    joined = {name: np.concatenate([getattr(one, name), getattr(other, name)]) for name in columns}
    return Trajectories(
        views=views,
        view=index[np.concatenate([one.view, other.view + len(one.views)])],
        start=np.concatenate([one.start, other.start + len(one.view)]),
        **joined,
    )


def timesteps(
    start: Int64[np.ndarray, " episode"], length: Int64[np.ndarray, " episode"]
) -> Int16[np.ndarray, " step"]:
    """0, 1, 2, ... within each episode."""
    return (np.arange(length.sum()) - np.repeat(start, length)).astype(np.int16)


def reward_to_go(
    reward: Float32[np.ndarray, " step"],
    start: Int64[np.ndarray, " episode"],
    length: Int64[np.ndarray, " episode"],
) -> Float32[np.ndarray, " step"]:
    """Sum of the rewards from each step to the end of its episode, this step's included.

    One cumulative sum runs over all episodes, so differences carry its rounding (1e-10); rounding
    to 1e-6, far below the smallest reward difference (0.003), makes 0 and -1 exact again.
    """
    before = np.r_[0.0, np.cumsum(reward, dtype=np.float64)]
    return np.round(np.repeat(before[start + length], length) - before[:-1], 6).astype(np.float32)


def _distinct(
    observation: UInt8[np.ndarray, "step 7 7 3"],
) -> tuple[Int32[np.ndarray, " step"], UInt8[np.ndarray, "view 7 7 3"]]:
    """Index of each observation among the distinct ones, in order of first appearance."""
    return _decode(_as_bytes(observation).dictionary_encode())


def _as_bytes(observation: UInt8[np.ndarray, "step 7 7 3"]) -> pa.BinaryArray:
    offset = np.arange(len(observation) + 1, dtype=np.int32) * VIEW_BYTES
    buffers = [None, pa.py_buffer(offset), pa.py_buffer(np.ascontiguousarray(observation))]
    return pa.BinaryArray.from_buffers(pa.binary(), len(observation), buffers)


def _decode(
    column: pa.DictionaryArray,
) -> tuple[Int32[np.ndarray, " step"], UInt8[np.ndarray, "view 7 7 3"]]:
    """Inverse of `_as_bytes` on the dictionary; raises `ValueError` if a view has another size."""
    views = column.dictionary.cast(pa.binary(VIEW_BYTES))
    content = np.frombuffer(views.buffers()[1], np.uint8, len(views) * VIEW_BYTES)
    return column.indices.to_numpy(), content.reshape(-1, *VIEW)


def rtg_histogram(data: Trajectories) -> pd.DataFrame:
    """Share of the episodes, and of the steps, by reward-to-go (the study's figure 4).

    Columns: low, high (bins of 0.05 whose centres are -1, -0.95, ..., 1), episodes, steps.
    """
    edges = np.arange(-1.025, 1.05, 0.05)
    per_episode = np.histogram(data.episode_return, edges)[0] / len(data.start)
    per_step = np.histogram(data.rtg, edges)[0] / len(data.rtg)
    columns = {"low": edges[:-1], "high": edges[1:], "episodes": per_episode, "steps": per_step}
    return pd.DataFrame(columns)
