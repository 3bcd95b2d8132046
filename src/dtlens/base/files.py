"""Files written aside and renamed, so that nothing half-written is ever taken for whole."""

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dtlens.base.errors import UserError

if TYPE_CHECKING:
    import pandas as pd


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; it takes `path`'s place if the block ends without error.

    Each process has its own. What a killed writer leaves there git and DVC ignore.
    Raises `UserError` naming `path` if the system refuses: a full disk, a folder not ours.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise UserError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)


def md5(path: Path) -> str:
    """The name that DVC gives to a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def write_csv(path: Path, table: "pd.DataFrame") -> None:
    """Write a table with six significant digits, the same bytes for the same values."""
    with atomic_write(path) as temporary:
        table.to_csv(temporary, index=False, float_format="%.6g", lineterminator="\n")


def read_csv(path: Path) -> "pd.DataFrame":
    """A table of `results/`; raises `UserError` naming the file if it is missing or damaged."""
    import pandas as pd

    try:
        text = path.read_bytes()
        if not text.endswith(b"\n"):
            raise ValueError("its last line is cut short")
        return pd.read_csv(io.BytesIO(text))
    except FileNotFoundError as error:
        raise UserError(f"{path}: no such file; `dvc repro` makes it") from error
    except ValueError as error:
        raise UserError(f"{path}: not a table: {' '.join(str(error).split())}") from error
