"""What is written in a YAML file where a number belongs, and is none that one can compute with."""

from collections.abc import Iterator
from math import isfinite
from typing import Any


def infinite(values: Any, name: str = "") -> Iterator[str]:
    """The dotted names of the numbers that are NaN or infinite, in nested mappings and lists."""
    if isinstance(values, float) and not isfinite(values):
        yield name
    pairs = values.items() if isinstance(values, dict) else ()
    for key, value in enumerate(values) if isinstance(values, list) else pairs:
        yield from infinite(value, f"{name}.{key}" if name else str(key))


def misread(values: Any, read: Any, name: str = "") -> Iterator[str]:
    """The dotted names of numbers that are written as something else, as in `true` or "0.9"."""
    if isinstance(read, float) and isinstance(values, (bool, str)):
        yield name
    if isinstance(read, dict):
        for key, value in values.items():
            yield from misread(value, read[key], f"{name}.{key}" if name else str(key))
    elif isinstance(read, list):
        for at, (value, of_it) in enumerate(zip(values, read, strict=True)):
            yield from misread(value, of_it, f"{name}.{at}")
