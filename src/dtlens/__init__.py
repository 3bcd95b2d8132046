"""Decision Transformers that play MiniGrid: trained, calibrated, and taken apart.

The names in `library/names.py` are the library. Each is loaded when it is first used. Every stage
runs this file, so what changes is there.
"""

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    home = import_module("dtlens.library.names").HOME
    if name in ("HOME", "__all__"):
        return home if name == "HOME" else list(home)
    if name not in home:
        raise AttributeError(f"module 'dtlens' has no attribute '{name}'")
    return getattr(import_module(f"dtlens.{home[name]}"), name)


def __dir__() -> list[str]:
    return __getattr__("__all__")
