"""The stamp that `provenance.stamp` left in a file, read back from any copy of it.

What it says is looked up in dvc.lock and never opened: a copy may come from anywhere.
"""

import json
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from dtlens.base.provenance import KEY


class Stamp(NamedTuple):
    command: str
    inputs: set[tuple[str, str]]  # path and md5
    suffix: str  # of the stage's output: a copy may have any


def _svg(path: Path) -> str:
    description = "{http://purl.org/dc/elements/1.1/}description"
    return next((found.text or "" for found in ElementTree.parse(path).iter(description)), "")


def _png(path: Path) -> str:
    from PIL import Image

    with Image.open(path) as image:
        return str(image.info.get("Description", ""))


def _parquet(path: Path) -> str:
    from pyarrow import parquet

    return (parquet.read_schema(path).metadata or {}).get(KEY.encode(), b"").decode()


def _safetensors(path: Path) -> str:
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        header = json.loads((file.metadata() or {}).get("dtlens", "{}"))
    return json.dumps(header.get("made", {}))


READERS = {".svg": _svg, ".png": _png, ".parquet": _parquet, ".safetensors": _safetensors}


def read_stamp(path: Path) -> Stamp | None:
    """The stamp of a stage's output, by its content; None if it has none, or is damaged."""
    for suffix, reader in READERS.items():
        with suppress(Exception):  # every format's library has errors of its own; all mean: no
            made = json.loads(reader(path))
            if made["command"]:
                return Stamp(made["command"], set(made["inputs"].items()), suffix)
    return None
