"""What we write of dvc.lock is what DVC would write, and read back; we replace what DVC has."""

import subprocess
import sys
from collections import OrderedDict
from copy import deepcopy
from importlib.metadata import version
from pathlib import Path

import pytest
from copies import ROOT
from dvc.utils.serialize import dump_yaml, load_yaml

from dtlens.base.errors import UserError
from workflow.dvc import modify, read, replace

# By YAML 1.2, which DVC reads, the first MD5 unquoted is a number and the second is none.
STAGE = {
    "cmd": "python -m dtlens.training 4096 1L-16d-2h-1k-index-ours-r1-ours-s1",
    "deps": [
        {"path": "a.csv", "md5": "12e45678901234567890123456789012", "size": 1},
        {"path": "b.csv", "md5": "1234567890123456789012345678901e", "size": 20},
        {"path": "c.csv", "md5": "12345678901234567890123456789012", "size": 300},
    ],
    "params": {"params.yaml": {"share": 0.1, "rate": 0.001, "frozen": True, "of": []}},
}


def test_a_lock_is_written_as_dvc_writes_it(tmp_path: Path) -> None:
    (tmp_path / ".dvc/tmp").mkdir(parents=True)
    path = str(tmp_path / "dvc.lock")
    with modify(path, None) as data:
        assert data == {}
        data.update({"schema": "2.0", "stages": OrderedDict(first=STAGE)})
    with modify(path, None) as data:
        data["stages"]["second"] = deepcopy(STAGE)
    expected = {"schema": "2.0", "stages": {"first": STAGE, "second": deepcopy(STAGE)}}
    assert read(path) == load_yaml(path) == expected
    dump_yaml(tmp_path / "by_dvc", expected)
    assert Path(path).read_text() == (tmp_path / "by_dvc").read_text()


def test_other_yaml_keeps_its_comments(tmp_path: Path) -> None:
    path = tmp_path / "dvc.yaml"
    path.write_text("# Why\nstages: {}\n")
    with modify(str(path), None) as data:
        data["vars"] = ["study.yaml"]
    assert path.read_text() == "# Why\nstages: {}\nvars:\n- study.yaml\n"


class Other:
    def run(self, other: int) -> None: ...


def run(self: object) -> None: ...


@pytest.mark.parametrize(
    ("owner", "name", "new", "named"),
    [
        ("dvc.gone:Lockfile", "load", run, "dvc.gone:Lockfile.load(self)"),
        ("dvc.dvcfile:Gone", "load", run, "dvc.dvcfile:Gone.load(self)"),
        ("dvc.dvcfile:Lockfile", "gone", run, "dvc.dvcfile:Lockfile.gone(self)"),
        ("dvc.dvcfile:Lockfile", "load", Other.run, "dvc.dvcfile:Lockfile.load(self, other)"),
    ],
)
def test_what_dvc_has_not_is_one_line_with_both_versions(
    owner: str, name: str, new: object, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    pins = (ROOT / "requirements.lock").read_text().splitlines()
    (pin,) = [pin.removeprefix("dvc==") for pin in pins if pin.startswith("dvc==")]
    with pytest.raises(UserError) as refused:
        replace(owner, name, new)
    message = str(refused.value)
    assert named in message
    assert f"DVC {pin} has and the installed {version('dvc')} has not" in message
    assert "\n" not in message


def test_another_dvc_stops_a_run_in_one_line() -> None:
    code = """
import dvc.dvcfile, runpy, sys
del dvc.dvcfile.modify_yaml
runpy.run_module("workflow.dvc", run_name="__main__")
"""
    refused = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert refused.returncode == 1
    assert refused.stderr.startswith(
        "error: requirements.lock: workflow/dvc.py replaces dvc.dvcfile"
    )
    assert refused.stderr.count("\n") == 1
