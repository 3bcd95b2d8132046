"""Write docs/api.md: the library's names, with what their docstrings say."""

from pathlib import Path

import dtlens.base.stage  # noqa: F401

from dtlens.base.files import atomic_write
from dtlens.library.reference import reference

with atomic_write(Path("docs/api.md")) as temporary:
    temporary.write_text(reference(), encoding="utf-8")
