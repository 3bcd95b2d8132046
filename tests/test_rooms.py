"""The package's rooms stand in an order, and know only what comes before them."""

import re
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]


def listed() -> list[str]:
    """The rooms in the order of the README's list."""
    readme = (ROOT / "README.md").read_text()
    block = readme.split("src/dtlens/ ")[1].split("\ntests/")[0]
    return re.findall(r"(?<= )(\w+)(?:/|\.py)(?= )", block)


def test_the_readme_lists_every_room_once() -> None:
    here = [path for path in (ROOT / "src/dtlens").iterdir() if not path.name.startswith("_")]
    assert sorted(listed()) == sorted(path.stem for path in here)


def test_a_room_knows_only_those_before_it() -> None:
    place = {name: index for index, name in enumerate(listed())}
    imports = grimp.build_graph("dtlens", cache_dir=None)
    for module in imports.modules - {"dtlens"}:
        # The library's page and card say what the package has: its names, of no room.
        for known in imports.find_modules_directly_imported_by(module) - {"dtlens"}:
            rooms = module.split(".")[1], known.split(".")[1]
            assert place[rooms[1]] <= place[rooms[0]], f"{module} imports {known}"


def test_nothing_builds_on_what_lies_beyond_the_study() -> None:
    """But the check of all settings, and measurements of speed."""
    imports = grimp.build_graph("dtlens", cache_dir=None)
    for module in imports.modules - {"dtlens"}:
        if module.split(".")[1] not in ("beyond", "params", "bench"):
            known = imports.find_modules_directly_imported_by(module)
            assert not [name for name in known if name.startswith("dtlens.beyond")], module


def test_only_the_task_names_what_is_in_the_game() -> None:
    """The study's claims are about it, and what lies beyond it; figures and the app give its
    things their colours; worlds are rooms of it, placed."""
    may = {"task", "worlds", "claims", "beyond", "figures", "app"}
    for path in (ROOT / "src/dtlens").rglob("*.py"):
        room = path.relative_to(ROOT / "src/dtlens").parts[0].removesuffix(".py")
        if room not in may:
            code = re.sub(r'"""[\s\S]*?"""|#.*', "", path.read_text())
            assert not re.search(r"(?i)(?<!dynamic_)obstacle(?!s-8x8)", code), path
