"""What we write of dvc.lock is what DVC reads; what we replace of DVC is what DVC has."""

import pkgutil
import re
import shutil
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
from copies import ROOT
from dvc.utils.serialize import load_yaml

from dtlens.base.errors import UserError
from workflow.lockfile import modify_yaml, read
from workflow.replaced import TABLE, Replaced, install

# By YAML 1.2, which DVC reads, the first MD5 unquoted is a number and the second is none.
STAGE = {
    "cmd": "python -m dtlens.model.train 4096 1L-16d-2h-1k-index-ours-r1-ours-s1",
    "deps": [
        {"path": "a.csv", "md5": "12e45678901234567890123456789012", "size": 1},
        {"path": "b.csv", "md5": "1234567890123456789012345678901e", "size": 20},
        {"path": "c.csv", "md5": "12345678901234567890123456789012", "size": 300},
    ],
    "params": {"params.yaml": {"share": 0.1, "rate": 0.001, "frozen": True, "of": []}},
}


def test_a_lock_is_written_so_that_dvc_reads_it(tmp_path: Path) -> None:
    (tmp_path / ".dvc/tmp").mkdir(parents=True)
    path = str(tmp_path / "dvc.lock")
    with modify_yaml(path) as data:
        assert data == {}
        data |= {"schema": "2.0", "stages": {"first": OrderedDict(STAGE)}}
    with modify_yaml(path) as data:
        data["stages"]["second"] = deepcopy(STAGE)
    expected = {"schema": "2.0", "stages": {"first": STAGE, "second": deepcopy(STAGE)}}
    assert read(Path(path)) == load_yaml(path) == expected
    line = "    - {path: a.csv, md5: '12e45678901234567890123456789012', size: 1}\n"
    assert Path(path).read_text().count(line) == 2


def test_what_params_say_once_is_written_out_in_each_entry(tmp_path: Path) -> None:
    """Aliases of YAML, as params.yaml may have them, have a name in the whole file."""
    (tmp_path / ".dvc/tmp").mkdir(parents=True)
    path = tmp_path / "dvc.lock"
    model = ["1L-16d-2h-1k"]
    for name in ("first", "second"):
        with modify_yaml(str(path)) as data:
            shared = {"headline": {"model": model}, "study": {"model": model}}
            data["schema"] = "2.0"
            data.setdefault("stages", {})[name] = STAGE | {"params": {"params.yaml": shared}}
    text = path.read_text()
    assert "&" not in text
    assert text.count("[1L-16d-2h-1k]") == 4
    assert load_yaml(path) == read(path)


def copy_of_ours(folder: Path) -> Path:
    (folder / ".dvc/tmp").mkdir(parents=True)
    return Path(shutil.copy(ROOT / "dvc.lock", folder))


def test_ours_is_written_as_it_was(tmp_path: Path) -> None:
    path = copy_of_ours(tmp_path)
    with modify_yaml(str(path)) as data:
        assert len(data["stages"]) > 200
    assert path.read_bytes() == (ROOT / "dvc.lock").read_bytes()
    assert read(path) == load_yaml(path)


def test_it_is_the_old_file_until_it_is_the_new(tmp_path: Path) -> None:
    path = copy_of_ours(tmp_path)
    before = path.read_bytes()
    with modify_yaml(str(path)) as data:
        data["stages"].popitem()
        assert path.read_bytes() == before
    assert path.read_bytes() != before
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["dvc.lock"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: text.rindex("hash: md5") + len("ha")],  # a torn file's end
        lambda text: text.replace("schema: '2.0'\n", ""),
        lambda text: text.replace("  scenes:\n", "<<<<<<< ours\n  scenes:\n"),
        lambda text: text.replace("\n  scenes:\n    cmd:", "\n  scenes:\n    command:"),
    ],
    ids=["torn", "no head", "a conflict", "no command"],
)
def test_a_damaged_lock_is_named_with_a_way_out(
    damage: Callable[[str], str], tmp_path: Path
) -> None:
    path = copy_of_ours(tmp_path)
    path.write_text(damage(path.read_text()))
    with pytest.raises(UserError, match=r"^dvc\.lock: cut short or damaged; `git checkout dvc"):
        read(path)


def test_other_yaml_keeps_its_comments(tmp_path: Path) -> None:
    path = tmp_path / "dvc.yaml"
    path.write_text("# Why\nstages: {}\n")
    with modify_yaml(str(path)) as data:
        data["vars"] = ["study.yaml"]
    assert path.read_text() == "# Why\nstages: {}\nvars:\n- study.yaml\n"


@pytest.mark.parametrize("entry", TABLE, ids=[entry.name for entry in TABLE])
def test_other_code_of_dvcs_stops_all_in_one_line(
    entry: Replaced, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = pkgutil.resolve_name(entry.owner)
    for other in (lambda: None, None):
        monkeypatch.setattr(owner, entry.name, other)
        for earlier in TABLE[: TABLE.index(entry)]:  # install() replaces them on its way
            holder = pkgutil.resolve_name(earlier.owner)
            monkeypatch.setattr(holder, earlier.name, getattr(holder, earlier.name))
        with pytest.raises(UserError) as refused:
            install()
        assert f"{entry.owner}.{entry.name} of dvc" in str(refused.value)
        assert "\n" not in str(refused.value)
        monkeypatch.undo()


def test_no_more_is_replaced_and_each_has_a_reason() -> None:
    assert len(TABLE) <= 8
    assert all(entry.why and entry.upstream for entry in TABLE)
    for path in (ROOT / "workflow").glob("*.py"):
        assert path.name == "replaced.py" or "setattr" not in path.read_text()
    assert not re.search(r"workflow\.\w+ *=|gc\.|scheduler", (ROOT / "Snakefile").read_text())


@pytest.mark.parametrize("engine", ["dvc", "snakemake"])
def test_another_dvc_stops_either_engine_in_one_line(engine: str) -> None:
    code = f"""
import dvc.dvcfile, runpy, sys
dvc.dvcfile.modify_yaml = print
sys.argv = ["{engine}"] + ["status"] * ("{engine}" == "dvc")
runpy.run_module("workflow.{engine}", run_name="__main__")
"""
    refused = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert refused.returncode == 1
    (line,) = (line for line in refused.stderr.splitlines() if not line.startswith("Using"))
    assert line.startswith("error: workflow/replaced.py: dvc.dvcfile.modify_yaml of dvc ")
