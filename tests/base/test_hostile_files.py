"""Files made to do harm are refused in one line, and nothing in them runs."""

import json
import pickle
import struct
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from dtlens.analysis.scenes.bank import read_scenes
from dtlens.base.errors import UserError
from dtlens.base.tensors import load_tensors
from dtlens.env.parquet import SCHEMA, SCHEMA_VERSION, read_trajectories


class Payload:
    """A pickle that makes a folder when it is read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[..., object], tuple[Path]]:
        return Path.mkdir, (self.folder,)


@pytest.mark.parametrize("read", [read_trajectories, read_scenes])
def test_a_pickle_in_a_parquet_schema_does_not_run(
    read: Callable[[Path], object], tmp_path: Path
) -> None:
    """Old versions of pyarrow built a column's type by unpickling its metadata."""
    harmed = tmp_path / "harmed"
    extension = {
        "ARROW:extension:name": "arrow.py_extension_type",
        "ARROW:extension:metadata": pickle.dumps(Payload(harmed)),
    }
    fields = [field.with_metadata(extension) for field in SCHEMA]
    about = {"dtlens": json.dumps({"schema": SCHEMA_VERSION})}
    table = pa.table([pa.array([], field.type) for field in SCHEMA], pa.schema(fields, about))
    path = tmp_path / "hostile.parquet"
    parquet.write_table(table, path)
    with pytest.raises(UserError, match=f"^{path}: "):
        read(path)
    assert not harmed.exists()
    pickle.loads(pickle.dumps(Payload(harmed)))  # noqa: S301  (it does, read the plain way)
    assert harmed.exists()


def headed(header: str) -> bytes:
    return struct.pack("<Q", len(header)) + header.encode()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(struct.pack("<Q", 2**60) + b"{}", id="a header longer than memory"),
        pytest.param(headed("[" * 2**20), id="a header nested too deep"),
        pytest.param(
            headed('{"a":{"dtype":"F32","shape":[99],"data_offsets":[0,396]}}'),
            id="a tensor beyond the end",
        ),
        pytest.param(
            headed('{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}'),
            id="a shape that overflows",
        ),
    ],
)
def test_a_safetensors_file_that_lies_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "hostile.safetensors"
    path.write_bytes(content)
    with pytest.raises(UserError, match=f"^{path}: not a whole safetensors file$"):
        load_tensors(path, "decision_transformer")
