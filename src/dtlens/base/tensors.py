"""Tensors and their configuration in one safetensors file: the project's checkpoints."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from dtlens.base.errors import UserError
from dtlens.base.files import atomic_write

SCHEMA = 1
# One metadata key holds everything: safetensors writes several keys in no fixed order.
KEY = "dtlens"


def save_tensors(
    path: Path, kind: str, tensors: dict[str, Tensor], config: BaseModel | dict[str, Any]
) -> None:
    """Write `tensors` and `config` to `path`: the same values give the same bytes.

    `kind` says what the file holds ("decision_transformer", ...), so that it is not read as
    something else. Raises `UserError` naming `path` if a number is not finite.
    """
    check_finite(path, tensors)
    values = config.model_dump(mode="json") if isinstance(config, BaseModel) else config
    header = {"schema": SCHEMA, "kind": kind, "config": values}
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    with atomic_write(path) as temporary:
        temporary.write_bytes(save(plain, metadata={KEY: json.dumps(header, sort_keys=True)}))


def load_tensors(path: Path, kind: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors, on the CPU, and the configuration that `save_tensors` wrote to `path`.

    Raises `UserError` naming `path` if the file is missing, damaged, foreign, of another kind
    or of another schema version, or if a number in it is not finite.
    """
    try:
        with safe_open(path, framework="pt") as file:
            header = json.loads((file.metadata() or {}).get(KEY, "null"))
            tensors = {name: file.get_tensor(name) for name in sorted(file.keys())}
    except OSError as error:
        reason = "no such file" if isinstance(error, FileNotFoundError) else "cannot be read"
        raise UserError(f"{path}: {reason}") from error
    except (SafetensorError, ValueError) as error:
        raise UserError(f"{path}: not a whole safetensors file") from error
    if not isinstance(header, dict) or "kind" not in header:
        raise UserError(f"{path}: a safetensors file, but not one that dtlens wrote")
    if header.get("schema") != SCHEMA:
        raise UserError(f"{path}: schema {header.get('schema')}; this version reads {SCHEMA}")
    if header["kind"] != kind:
        raise UserError(f"{path}: holds {header['kind']}, not {kind}")
    check_finite(path, tensors)
    return tensors, header["config"]


def check_finite(path: Path, tensors: dict[str, Tensor]) -> None:
    """Raise `UserError` naming `path` and the first tensor that holds NaN or an infinity."""
    for name, tensor in tensors.items():
        if not tensor.isfinite().all():
            raise UserError(f"{path}: {name} holds what is not a number (NaN or infinite)")
