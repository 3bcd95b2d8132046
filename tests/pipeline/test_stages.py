"""dvc.yaml is true to the code, and Snakemake's rules are true to dvc.yaml."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable

import grimp
import pytest
from copies import ROOT, Copy
from dvc.repo import Repo

STAGES = {stage.name: stage for stage in Repo(ROOT).index.stages}


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    return grimp.build_graph("dtlens", cache_dir=None)


def source(module: str) -> str:
    path = f"src/{module.replace('.', '/')}"
    return f"{path}/__init__.py" if (ROOT / path).is_dir() else f"{path}.py"


def sources(path: str) -> set[str]:
    """A module, or all in a folder whose `__init__` does nothing."""
    inside = {str(file.relative_to(ROOT)) for file in (ROOT / path).glob("*.py")}
    return inside - {f"{path}/__init__.py"} or {path}


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_depends_on_the_modules_it_imports(name: str, imports: grimp.ImportGraph) -> None:
    stage = STAGES[name]
    match = re.match(r"python -m (dtlens\.stages\.\w+)", stage.cmd)
    assert match
    modules = {match[1], *imports.find_upstream_modules(match[1])}
    declared = {dep.def_path for dep in stage.deps if dep.def_path.startswith("src/")}
    assert {file for path in declared for file in sources(path)} == set(map(source, modules))


def test_packages_that_no_stage_imports_by_name_do_nothing() -> None:
    declared = {dep.def_path for stage in STAGES.values() for dep in stage.deps}
    for path in (ROOT / "src/dtlens").rglob("__init__.py"):
        if str(path.relative_to(ROOT)) not in declared:
            code = [node for node in ast.parse(path.read_text()).body if type(node) is not ast.Expr]
            assert not code, path


def test_rules_are_the_stages(make_copy: Callable[[], Copy]) -> None:
    graph = make_copy().run("snakemake", "--rulegraph")
    rules = set(re.findall(r'label = "(\w+)"', graph))
    assert rules == {name.split("@")[0] for name in STAGES} | {"all"}


def test_importing_the_package_is_quick() -> None:
    timed = "import time; t = time.process_time(); import dtlens; print(time.process_time() - t)"
    taken = [subprocess.check_output([sys.executable, "-c", timed]) for _ in range(3)]
    assert min(map(float, taken)) < 0.3
