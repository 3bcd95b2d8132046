"""What pipeline tools do otherwise than is wanted here, and have no setting for."""

import pkgutil
import re
from importlib.metadata import version
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

from dtlens.base.errors import UserError


def replace(owner: str, name: str, new: Any) -> None:
    """Put what is ours in place of an attribute of a library.

    Raises `UserError` unless it is there, and is called with the arguments that ours takes.
    """
    try:
        holder = pkgutil.resolve_name(owner)
        old = getattr(holder, name)
        theirs = list(signature(old).parameters) if callable(old) else []
    except (ImportError, AttributeError):
        theirs = None
    ours = signature(new).parameters.values() if callable(new) else ()
    taken = [given.name for given in ours if given.kind is Parameter.POSITIONAL_OR_KEYWORD]
    if theirs is None or theirs[: len(taken)] != taken:
        package = re.split("[.:]", owner)[0].replace("_", "-")
        pins = Path("requirements.lock").read_text(encoding="utf-8")
        (pin,) = re.findall(rf"^{package}==(\S+)", pins, re.M)
        raise UserError(
            f"requirements.lock: dtlens replaces {owner}.{name}({', '.join(taken)}), which"
            f" {package} {pin} has and the installed {version(package)} has not: install"
            f" {package}=={pin}"
        )
    setattr(holder, name, new)
