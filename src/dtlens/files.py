"""Files written aside and renamed, so that nothing half-written is ever taken for whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from dtlens.errors import UserError

if TYPE_CHECKING:
    import pandas as pd


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; it takes `path`'s place if the block ends without error.

    Raises `UserError` naming `path` if the system refuses: a full disk, a folder not ours.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for left in path.parent.glob(f".{escape(path.name)}.*"):
            pid = left.suffix[1:]
            if pid.isdecimal() and not psutil.pid_exists(int(pid)):  # its writer was killed
                left.unlink(missing_ok=True)
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise UserError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)


def write_csv(path: Path, table: "pd.DataFrame") -> None:
    """Write a table with six significant digits, the same bytes for the same values."""
    with aside(path) as temporary:
        table.to_csv(temporary, index=False, float_format="%.6g", lineterminator="\n")


def read_csv(path: Path) -> "pd.DataFrame":
    """A table of `results/`; raises `UserError` naming the file if it is missing or damaged."""
    import pandas as pd

    try:
        return pd.read_csv(path)
    except FileNotFoundError as error:
        raise UserError(f"{path}: no such file; `dvc repro` makes it") from error
    except ValueError as error:
        raise UserError(f"{path}: not a table: {' '.join(str(error).split())}") from error
