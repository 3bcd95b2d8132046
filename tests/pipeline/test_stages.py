"""dvc.yaml is true to the code, and Snakemake's rules are true to dvc.yaml."""

import ast
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from copies import ROOT, Copy
from dvc.repo import Repo

from dtlens.model.cell import Cell

ALL = Repo(ROOT).index.stages  # of dvc.yaml and of beyond/dvc.yaml
STAGES = {stage.name: stage for stage in ALL}


@pytest.mark.parametrize("name", [name for name in STAGES if "L-" in name])
def test_a_model_has_one_name_everywhere(name: str) -> None:
    stage, key = STAGES[name], name.partition("@")[2]
    assert Cell.parse(key).name == key
    assert key in stage.cmd.split()
    assert all(key in Path(out.def_path).with_suffix("").parts for out in stage.outs)


@pytest.mark.parametrize("entry", sorted({stage.cmd.split()[2] for stage in STAGES.values()}))
def test_a_stage_sets_one_thread_before_any_library_counts_them(entry: str) -> None:
    path = ROOT / "src" / Path(*entry.split("."))
    text = (path / "__main__.py" if path.is_dir() else path.with_suffix(".py")).read_text()
    imported = re.findall(r"^(?:from|import) ([\w.]+)", text, re.MULTILINE)
    libraries = [name for name in imported if name.split(".")[0] not in sys.stdlib_module_names]
    assert libraries[0] == "dtlens.base.stage"


def test_no_two_stages_have_one_name() -> None:
    """Of which Snakemake's rules, logs and markers are made."""
    assert len(STAGES) == len(ALL) and not [name for name in STAGES if ":" in name]


def test_packages_do_nothing_when_imported() -> None:
    """But the outermost: it has the library's names, and loads none of them itself."""
    for path in (ROOT / "src/dtlens").rglob("*/__init__.py"):
        code = [node for node in ast.parse(path.read_text()).body if type(node) is not ast.Expr]
        assert not code, path


def test_rules_are_the_stages(make_copy: Callable[[], Copy]) -> None:
    graph = make_copy().run("snakemake", "--rulegraph")
    rules = set(re.findall(r'label = "(\w+)"', graph))
    assert rules == {name.split("@")[0] for name in STAGES} | {"all"}
