"""The packages stand in an order, and know only what comes before them."""

import ast
import re
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src/dtlens"


def listed() -> list[str]:
    """The packages in the order of the README's list."""
    readme = (ROOT / "README.md").read_text()
    block = readme.split("src/dtlens/ ")[1].split("\nbenchmarks/")[0]
    return re.findall(r"^  (\w+)(?:/|\.py) ", block, re.MULTILINE)


def test_the_readme_lists_every_package_once() -> None:
    here = [path for path in SOURCE.iterdir() if not path.name.startswith("_")]
    assert sorted(listed()) == sorted(path.stem for path in here)


def test_a_package_imports_only_from_those_before_it() -> None:
    """And none but the settings and the commands from what is beyond the study."""
    place = {name: index for index, name in enumerate(listed())}
    imports = grimp.build_graph("dtlens", cache_dir=None)
    for module in imports.modules - {"dtlens"}:
        # The library's page and card say what the package has: its names, of no package.
        for known in imports.find_modules_directly_imported_by(module) - {"dtlens"}:
            of, other = module.split(".")[1], known.split(".")[1]
            assert place[other] <= place[of], f"{module} imports {known}"
            assert other != "beyond" or of in ("beyond", "params"), f"{module} imports {known}"


def test_a_package_says_what_it_is_for_and_where_to_begin() -> None:
    for path in SOURCE.glob("*/__init__.py"):
        said = ast.get_docstring(ast.parse(path.read_text())) or ""
        assert len(said.splitlines()) >= 5, path


def test_only_the_game_names_what_is_in_it() -> None:
    """The study's claims are about it, and the report beyond it; figures and the app give its
    things their colours."""
    may = {"env", "report", "beyond", "app"}
    for path in SOURCE.rglob("*.py"):
        package = path.relative_to(SOURCE).parts[0].removesuffix(".py")
        if package not in may:
            code = re.sub(r'"""[\s\S]*?"""|#.*', "", path.read_text())
            assert not re.search(r"(?i)(?<!dynamic_)obstacle(?!s-8x8)", code), path
