"""Tensors in PyTorch's files, which may come from anywhere: nothing in one is run or believed."""

import re
import zipfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from dtlens.base.errors import UserError


def unpickle(path: Path) -> Any:
    """What is in a PyTorch file that is no larger unpacked: PyTorch itself compresses nothing."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                if sum(entry.file_size for entry in archive.infolist()) > path.stat().st_size:
                    raise ValueError("compressed")
        with path.open("rb") as file:  # given a path, PyTorch goes by its suffix
            return torch.load(file, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise UserError(f"{path}: no such file") from error
    except Exception as error:  # on foreign bytes PyTorch raises almost anything
        raise UserError(f"{path}: not a PyTorch file of tensors and text alone") from error


def plain_tensors(
    path: Path, found: dict[Any, Any], unused: "re.Pattern[str]"
) -> dict[str, Tensor]:
    """The tensors of a state dict but those `unused`: floating-point numbers, one after the other,
    no more than the file has room for. Raises `UserError` naming the file and the key."""
    size, state = path.stat().st_size, {}
    for key, value in found.items():
        if not (isinstance(key, str) and isinstance(value, Tensor)):
            raise UserError(f"{path}: {key} is not the name of a tensor")
        if unused.fullmatch(key):
            continue
        dense = value.layout == torch.strided and not value.is_nested
        if not (dense and value.device.type == "cpu" and value.is_floating_point()):
            raise UserError(f"{path}: {key} is not a plain tensor of floating-point numbers")
        # Before a copy makes a number, repeated as often as a shape claims, fill the memory.
        size -= value.numel() * value.element_size()
        if size < 0:
            raise UserError(
                f"{path}: {key} has the shape {list(value.shape)}: not in a file so small"
            )
        state[key] = value
    return state
