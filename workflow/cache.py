"""DVC's cache, looked into: DVC takes a read-only file there for whole, whatever it holds.

A damaged one would be checked out as the output that it was, and called up to date.
"""

import sys
from typing import Any

from dvc_data.hashfile.db import HashFileDB
from dvc_data.hashfile.db.local import LocalHashFileDB
from dvc_objects.errors import ObjectFormatError


def check(self: LocalHashFileDB, oid: str, *arguments: Any, **options: Any) -> Any:
    """`LocalHashFileDB.check` less its trust: a file that is not what its name says is removed.

    `self.state` remembers the hashes of files whose times have not changed since.
    """
    try:
        return HashFileDB.check(self, oid, *arguments, **options)
    except ObjectFormatError:
        print(f"{self.oid_to_path(oid)}: damaged, so removed from the cache", file=sys.stderr)
        raise


def check_content() -> None:
    """Make DVC look into its cache in this process."""
    LocalHashFileDB.check = check  # type: ignore[method-assign]
