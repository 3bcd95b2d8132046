"""What an output of the pipeline says of its own making: the command, and the files that it read.

Contents are named by md5, as in dvc.lock, so that a copy of the output leads back to the commit
whose pipeline made it. A CSV table has no room for this: its own md5 in dvc.lock stands in.
"""

import hashlib
import json
from pathlib import Path

KEY = "dtlens.made"  # the stamp's name in a file's metadata
_command = ""
_inputs: dict[str, str] = {}


def begin(command: str) -> None:
    """From now on this process runs the stage with this command."""
    global _command
    _command = command
    _inputs.clear()


def note_input(path: Path) -> None:
    """Remember what a stage reads."""
    if _command and path.is_file():
        _inputs[path.as_posix()] = md5(path)


def md5(path: Path) -> str:
    """The name that DVC gives to a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def stamp() -> str:
    """JSON with the stage's command and its inputs so far; both empty outside a stage."""
    return json.dumps({"command": _command, "inputs": dict(sorted(_inputs.items()))})
