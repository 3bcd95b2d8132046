"""The scene bank: placed scenes, balanced over what the agent faces, as MiniGrid itself shows them.

On-policy states hold almost no opportunity to do what a model avoids; placed scenes ask it
directly. For each front object, every legal agent cell and direction occurs equally often (when
the number of scenes is a multiple of 1276, the least that 116, 22 and 1 placements divide).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import torch
from jaxtyping import Bool, Int, Int64, UInt8

from dtlens.base.errors import UserError
from dtlens.base.files import atomic_write
from dtlens.env.dynamic_obstacles import LABELS
from dtlens.env.minigrid import VIEW
from dtlens.model.transformer import Windows


@dataclass(frozen=True)
class Scenes:
    """Placed scenes: what each one is (a row of labels, see `LABELS`), and what the agent sees."""

    labels: pd.DataFrame
    views: UInt8[np.ndarray, "scene 7 7 3"]

    @property
    def fronts(self) -> "pd.Series[str]":
        """The object in front of the agent, scene by scene."""
        return self.labels["front"]

    def select(self, rows: Int[np.ndarray, " row"] | Bool[np.ndarray, " scene"]) -> "Scenes":
        """These scenes alone, numbered anew."""
        return Scenes(self.labels.iloc[rows].reset_index(drop=True), self.views[rows])

    def sample(self, per_front: int, seed: int) -> "Scenes":
        """So many scenes of each front object, drawn from the seed."""
        drawn = self.labels.groupby("front", sort=False).sample(per_front, random_state=seed)
        return self.select(drawn.index.to_numpy())

    def windows(self, target_rtg: float) -> Windows:
        """Each scene as a window of one timestep, at its own time and this reward-to-go."""
        return one_step(self.views, target_rtg, self.labels["t"].to_numpy(np.int64))


def one_step(
    views: UInt8[np.ndarray, "view 7 7 3"], rtg: float, time: int | Int64[np.ndarray, " view"]
) -> Windows:
    """Each view as a window of one timestep, at its `time` or all at the same."""
    count = len(views)
    return Windows(
        rtg=torch.full((count, 1), float(rtg)),
        observation=torch.tensor(views[:, None]),
        action=torch.zeros(count, 1, dtype=torch.int64),
        time=torch.tensor(np.full(count, time, np.int64)[:, None]),
    )


def write_scenes(path: Path, scenes: Scenes) -> None:
    """Write the bank as parquet: a row a scene, its view as 147 bytes in `observation`."""
    rows = scenes.labels.assign(observation=[view.tobytes() for view in scenes.views])
    table = pa.Table.from_pandas(rows, preserve_index=False)
    with atomic_write(path) as temporary:
        pq.write_table(table.replace_schema_metadata(), temporary, compression="zstd")


def read_scenes(path: Path) -> Scenes:
    """The bank in a file; raises `UserError` naming the file if it is not one."""
    try:
        labels = pd.read_parquet(path)
        packed = b"".join(labels.pop("observation"))
        views = np.frombuffer(packed, np.uint8).reshape(len(labels), *VIEW)
        if list(labels.columns) != LABELS:
            raise ValueError("columns are those of another table")
    except FileNotFoundError as error:
        raise UserError(f"{path}: no such file; `dvc pull` or `dvc repro` brings it") from error
    except (pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise UserError(f"{path}: not a scene bank: {' '.join(str(error).split())}") from error
    return Scenes(labels, views)
