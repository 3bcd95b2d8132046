"""Trajectories as a parquet file."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dtlens.base.errors import UserError
from dtlens.base.files import atomic_write
from dtlens.env.minigrid import Action
from dtlens.env.trajectories import Trajectories, _as_bytes, _decode, reward_to_go, timesteps

SCHEMA_VERSION = "1"
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
            {"dtlens": json.dumps({"schema": SCHEMA_VERSION, **about}, sort_keys=True)}
        ),
    )
    with atomic_write(path) as temporary:
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
    try:
        schema = pq.read_schema(path)
        if read_about(path).get("schema") != SCHEMA_VERSION:
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
    start = np.flatnonzero(np.r_[True, np.diff(episode) != 0][: len(episode)])
    length = np.diff(np.r_[start, len(episode)])
    data = Trajectories(view=view, views=views, start=start, length=length, **plain)
    _check(path, data)
    return data


def read_about(path: Path) -> dict[str, Any]:
    """What `write_trajectories` was told `about` the file's data, and the schema's version."""
    about: dict[str, Any] = json.loads((pq.read_schema(path).metadata or {}).get(b"dtlens", b"{}"))
    return about


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
