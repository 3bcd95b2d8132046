"""dvc.lock is replaced by a whole new one, and a damaged one is named in a line."""

import re
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
import yaml12
from dvc.dvcfile import LOCK_FILE, Lockfile
from dvc.exceptions import DvcException
from dvc.utils.serialize import modify_yaml as modify_in_place

from dtlens.base.errors import UserError
from dtlens.base.files import atomic_write
from dtlens.lineage.locks import LOCKS


class Dumper(yaml.CSafeDumper):
    """YAML that DVC reads, in a tenth of the time that it takes to write; a file is a line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


Dumper.add_representer(OrderedDict, Dumper.represent_dict)
# YAML 1.2, which DVC reads, calls this a number, 1.1 does not: a hash such as 12e4... is quoted.
NUMBER = re.compile(r"[-+]?\d+[eE][-+]?\d+$")
Dumper.add_implicit_resolver("tag:yaml.org,2002:float", NUMBER, list("-+0123456789"))


def read(path: Path) -> dict[str, Any]:
    """A dvc.lock, empty if there is no file; raises `UserError` if it is damaged."""
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        return dict(Lockfile.validate(yaml12.parse_yaml(text))) if text else {}
    except (ValueError, TypeError, DvcException) as error:
        raise UserError(
            f"{path.name}: cut short or damaged; `git checkout {path.name}` brings back the last"
            " commit's, and a run then takes from DVC's cache what was computed since"
        ) from error


def recorded(root: Path) -> dict[str, Any]:
    """The entries of all pipelines' stages, each by its name in its own file."""
    stages = (read(root / lock).get("stages", {}) for lock in LOCKS)
    return {name: entry for own in stages for name, entry in own.items()}


@contextmanager
def modify_yaml(path: str, fs: Any = None) -> Iterator[dict[str, Any]]:
    """DVC's; but dvc.lock, which has no comments to keep, is written aside and renamed."""
    if Path(path).name != LOCK_FILE:
        with modify_in_place(path, fs) as data:
            yield data
        return
    data = read(Path(path))
    yield data
    with atomic_write(Path(path)) as new:
        text = yaml.dump(data, None, Dumper, sort_keys=False, default_flow_style=None, width=1e6)
        new.write_text(text, encoding="utf-8")
