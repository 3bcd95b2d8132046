"""The scene bank: placed scenes, balanced over what the agent faces, as MiniGrid itself shows them.

On-policy states hold almost no opportunity to do what a model avoids; placed scenes ask it
directly. For each front object, every legal agent cell and direction occurs equally often (when
the number of scenes is a multiple of 1276, the least that 116, 22 and 1 placements divide).
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import torch
from jaxtyping import UInt8

from dtlens.base.errors import UserError
from dtlens.base.files import atomic_write
from dtlens.base.provenance import KEY, note_input, stamp
from dtlens.minigrid import VIEW
from dtlens.model.transformer import Windows


def write_scenes(path: Path, labels: pd.DataFrame, views: UInt8[np.ndarray, "scene 7 7 3"]) -> None:
    """Write the bank as parquet: a row a scene, its view as 147 bytes in `observation`."""
    rows = labels.assign(observation=[view.tobytes() for view in views])
    table = pa.Table.from_pandas(rows, preserve_index=False)
    with atomic_write(path) as temporary:
        pq.write_table(table.replace_schema_metadata({KEY: stamp()}), temporary, compression="zstd")


def read_scenes(path: Path) -> tuple[pd.DataFrame, UInt8[np.ndarray, "scene 7 7 3"]]:
    """Labels and views of the bank; raises `UserError` naming the file if it is not one."""
    note_input(path)
    try:
        labels = pd.read_parquet(path)
        packed = b"".join(labels.pop("observation"))
        views = np.frombuffer(packed, np.uint8).reshape(len(labels), *VIEW)
        if list(labels.columns) != ["front", "agent_x", "agent_y", "direction", "obstacles", "t"]:
            raise ValueError("columns are those of another table")
    except FileNotFoundError as error:
        raise UserError(f"{path}: no such file; `dvc pull` or `dvc repro` brings it") from error
    except (pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise UserError(f"{path}: not a scene bank: {' '.join(str(error).split())}") from error
    return labels, views


def scene_windows(
    labels: pd.DataFrame, views: UInt8[np.ndarray, "scene 7 7 3"], rtg: float, device: str
) -> Windows:
    """Each scene as a window of one timestep, at its own time and at the given reward-to-go."""
    count = len(labels)
    return Windows(
        rtg=torch.full((count, 1), rtg, device=device),
        observation=torch.tensor(views[:, None], device=device),
        action=torch.zeros(count, 1, dtype=torch.int64, device=device),
        time=torch.tensor(labels["t"].to_numpy(np.int64)[:, None], device=device),
    )
