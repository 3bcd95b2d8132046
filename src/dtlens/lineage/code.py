"""The code that a stage runs, as a file that DVC can hash: `code/MODULE` for `python -m MODULE`.

It lists what the command imports from src, directly or not, with MD5s, as `md5sum -c` takes them.
So a stage is stale if code that it runs has changed, and only then. `dvc` and `snakemake` of .venv
bring these files up to date before they look.
"""

import ast
import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from dtlens.base.errors import UserError
from dtlens.base.files import atomic_write, md5

CODE, SOURCE = Path("code"), Path("src")
PIPELINES = ("dvc.yaml", "beyond/dvc.yaml")


def entries() -> set[str]:
    """The modules that stages start."""
    pipelines = [path for path in map(Path, PIPELINES) if path.exists()]
    texts = [path.read_text(encoding="utf-8") for path in pipelines]
    return {name for text in texts for name in re.findall(r"\bpython -m (dtlens[\w.]*)", text)}


def file_of(module: str) -> Path | None:
    """The file of a module, or the `__init__.py` of a package; None if src has none."""
    path = SOURCE.joinpath(*module.split("."))
    files = (path.with_suffix(".py"), path / "__init__.py")
    return next((file for file in files if file.exists()), None)


def statements(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes of a module, less those that only a type checker sees."""
    yield tree
    for child in ast.iter_child_nodes(tree):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield from statements(child)


def imported(file: Path) -> set[Path]:
    """The files of src that a file's import statements name, also those inside functions."""
    try:
        tree = ast.parse(file.read_bytes())
    except SyntaxError as error:
        raise UserError(f"{file}:{error.lineno}: not Python: {error.msg}") from error
    found: set[Path] = set()
    for node in statements(tree):
        if isinstance(node, ast.Import):
            found.update(*(files_of(alias.name) for alias in node.names))
        elif isinstance(node, ast.ImportFrom):
            assert node.module and not node.level, f"{file}: a relative import"
            found.update(*(files_of(f"{node.module}.{alias.name}") for alias in node.names))
    return found


@cache
def files_of(name: str) -> frozenset[Path]:
    """What runs when a dotted name is imported: the modules in it, the packages' `__init__.py`."""
    words = name.split(".")
    files = [file_of(".".join(words[:end])) for end in range(1, len(words) + 1)]
    return frozenset(file for file in files if file)


def run_by(entry: str, imports: dict[Path, set[Path]]) -> list[Path]:
    """The files of src that `python -m ENTRY` may run; `imports` remembers those of each file."""
    found, new = set[Path](), set(files_of(f"{entry}.__main__"))
    while new:
        found |= new
        for file in new - imports.keys():
            imports[file] = imported(file)
        new = {of for file in new for of in imports[file]} - found
    return sorted(found)


def digest(paths: Iterable[Path]) -> str:
    """The MD5 of files' names and contents; of what is not there, of its name."""
    lines = (f"{path} {md5(path) if path.exists() else ''}" for path in sorted(paths))
    return hashlib.md5("\n".join(lines).encode()).hexdigest()


def write_code() -> None:
    """Bring `code/` up to date; a file whose content stays is not touched.

    Raises `UserError` if a file of src that a stage runs is not Python.
    """
    wanted = [CODE / entry for entry in entries()]
    if not wanted:
        return
    # Of what the files are made, as it is before; and of them, as they are in the end.
    sources, sealed = digest([*SOURCE.rglob("*.py"), *map(Path, PIPELINES)]), CODE / ".seal"
    if sealed.exists() and sealed.read_text() == sources + digest(wanted):
        return
    imports: dict[Path, set[Path]] = {}
    for path in wanted:
        files = run_by(path.name, imports)
        text = "".join(f"{md5(file)}  {file.as_posix()}\n" for file in files)
        if not (path.exists() and path.read_text() == text):
            with atomic_write(path) as new:
                new.write_text(text)
    with atomic_write(sealed) as new:
        new.write_text(sources + digest(wanted))


def modules(path: Path) -> dict[str, str]:
    """The MD5 of each module in a file of `code/`, by its path; none if the file has gone."""
    lines = (line.split("  ", 1) for line in path.read_text().splitlines()) if path.exists() else ()
    return {file: digest for digest, file in lines}
