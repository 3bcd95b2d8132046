"""Trajectories of whole episodes: what they hold, their parquet form, their reward-to-go."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from jaxtyping import Bool, Float32, Int16, Int32, Int64, UInt8

from dtlens.environments import VIEW, Action
from dtlens.io.errors import UserError
from dtlens.io.files import aside
from dtlens.io.provenance import KEY, note_input, stamp

SCHEMA_VERSION = "1"
VIEW_BYTES = int(np.prod(VIEW))
SCHEMA = pa.schema(
    {
        "episode": pa.int32(),
        "t": pa.int16(),
        "observation": pa.dictionary(pa.int32(), pa.binary()),  # the bytes of a [7, 7, 3] view
        "action": pa.uint8(),
        "reward": pa.float32(),
        "terminated": pa.bool_(),
        "truncated": pa.bool_(),
        "rtg": pa.float32(),
        "policy": pa.int16(),
    }
)


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

    environment: Int64[np.ndarray, " step"]
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
        action=log.action[keep],
        reward=reward,
        terminated=log.terminated[keep],
        truncated=log.truncated[keep],
        rtg=reward_to_go(reward, start, length),
        policy=log.policy[keep],
        t=timesteps(start, length),
        start=start,
        length=length,
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


def write_trajectories(path: Path, data: Trajectories, about: dict[str, Any]) -> None:
    """Write `data` as parquet, with `about` (environment, parameters) as JSON in its metadata."""
    _check(path, data)
    table = pa.table(
        {
            "episode": np.repeat(np.arange(len(data.start), dtype=np.int32), data.length),
            "t": data.t,
            "observation": pa.DictionaryArray.from_arrays(data.view, _as_bytes(data.views)),
            "action": data.action,
            "reward": data.reward,
            "terminated": data.terminated,
            "truncated": data.truncated,
            "rtg": data.rtg,
            "policy": data.policy,
        },
        schema=SCHEMA.with_metadata(
            {
                "dtlens": json.dumps({"schema": SCHEMA_VERSION, **about}, sort_keys=True),
                KEY: stamp(),
            }
        ),
    )
    with aside(path) as temporary:
        pq.write_table(
            table,
            temporary,
            compression="zstd",
            compression_level=9,
            row_group_size=max(len(table), 1),  # one group, so that each view is stored once
            dictionary_pagesize_limit=2**30,
            use_dictionary=["observation", "reward", "rtg", "action", "policy"],
            column_encoding={"episode": "DELTA_BINARY_PACKED", "t": "DELTA_BINARY_PACKED"},
        )


def read_trajectories(path: Path) -> Trajectories:
    """The trajectories in a file; raises `UserError` naming it if it is not one of ours."""
    note_input(path)
    try:
        schema = pq.read_schema(path)
        if (
            json.loads((schema.metadata or {}).get(b"dtlens", b"{}")).get("schema")
            != SCHEMA_VERSION
        ):
            raise UserError(f"{path}: not a dtlens trajectory file of schema {SCHEMA_VERSION}")
        if not schema.equals(SCHEMA):
            raise UserError(f"{path}: columns are {schema.names}, not {SCHEMA.names}")
        table = pq.read_table(path, read_dictionary=["observation"], use_threads=False)
    except FileNotFoundError as error:
        raise UserError(f"{path}: no such file; `dvc pull` or `dvc repro` brings it") from error
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UserError(
            f"{path}: damaged or not parquet: {' '.join(str(error).split())}"
        ) from error
    column = {name: table[name].combine_chunks() for name in table.column_names}
    view, views = _decode(column.pop("observation"))
    plain = {name: values.to_numpy(zero_copy_only=False) for name, values in column.items()}
    episode = plain.pop("episode")
    start = np.flatnonzero(np.r_[True, np.diff(episode) != 0]) if len(episode) else episode
    length = np.diff(np.r_[start, len(episode)])
    data = Trajectories(view=view, views=views, start=start, length=length, **plain)
    _check(path, data)
    return data


def _check(path: Path, data: Trajectories) -> None:
    """Raise `UserError` unless every episode is whole and labelled as it should be."""
    last = np.zeros(len(data.t), bool)
    last[data.start + data.length - 1] = True
    faults = {
        "no episodes": not len(data.start),
        "an episode whose timesteps are not 0, 1, 2, ...": not np.array_equal(
            data.t, timesteps(data.start, data.length)
        ),
        "an episode that is unfinished or goes on after its end": not np.array_equal(
            last, data.terminated | data.truncated
        ),
        "an unknown action": bool((data.action > max(Action)).any()),
        "a reward-to-go that is not the sum of the rewards to go": not np.allclose(
            data.rtg, reward_to_go(data.reward, data.start, data.length), atol=1e-5
        ),
    }
    for fault, found in faults.items():
        if found:
            raise UserError(f"{path}: {fault}")


def rtg_histogram(data: Trajectories) -> pd.DataFrame:
    """Share of the episodes, and of the steps, by reward-to-go (the study's figure 4).

    Columns: low, high (bins of 0.05 whose centres are -1, -0.95, ..., 1), episodes, steps.
    """
    edges = np.arange(-1.025, 1.05, 0.05)
    per_episode = np.histogram(data.episode_return, edges)[0] / len(data.start)
    per_step = np.histogram(data.rtg, edges)[0] / len(data.rtg)
    columns = {"low": edges[:-1], "high": edges[1:], "episodes": per_episode, "steps": per_step}
    return pd.DataFrame(columns)
