"""What we write of dvc.lock is what DVC would write, less sizes; we replace what DVC has."""

import re
import shutil
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Callable
from copy import deepcopy
from importlib.metadata import version
from pathlib import Path

import pytest
from copies import MODEL, ROOT, Copy
from dvc.exceptions import DvcException
from dvc.utils.serialize import dump_yaml, load_yaml

from dtlens.base.errors import UserError
from workflow.lockfile import dump, modify, read
from workflow.replace import replace

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
        assert data == {"schema": "2.0", "stages": {}}
        data["stages"].update(first=OrderedDict(STAGE))
    with modify(path, None) as data:
        data["stages"]["second"] = deepcopy(STAGE)
    expected = {"schema": "2.0", "stages": {"first": STAGE, "second": deepcopy(STAGE)}}
    assert read(Path(path)) == load_yaml(path) == expected
    dump_yaml(tmp_path / "by_dvc", expected)
    assert Path(path).read_text() == (tmp_path / "by_dvc").read_text()


def test_what_params_say_once_is_written_out_in_each_entry(tmp_path: Path) -> None:
    """Aliases of YAML, as params.yaml may have them, have a name in the whole file."""
    (tmp_path / ".dvc/tmp").mkdir(parents=True)
    path = tmp_path / "dvc.lock"
    model = ["1L-16d-2h-1k"]
    for name in ("first", "second"):
        with modify(str(path), None) as data:
            shared = {"headline": {"model": model}, "study": {"model": model}}
            data["stages"][name] = STAGE | {"params": {"params.yaml": shared}}
    text = path.read_text()
    assert "&" not in text
    assert text.count("- 1L-16d-2h-1k") == 4
    assert load_yaml(path) == read(path)


def copy_of_ours(folder: Path) -> Path:
    (folder / ".dvc/tmp").mkdir(parents=True)
    return Path(shutil.copy(ROOT / "dvc.lock", folder))


def test_every_entry_of_ours_is_written_as_it_was(tmp_path: Path) -> None:
    path = copy_of_ours(tmp_path)
    with modify(str(path), None) as data:
        entries = data["stages"]
        entries.update({name: deepcopy(entries[name]) for name in entries})
    assert len(entries) > 200
    assert path.read_bytes() == (ROOT / "dvc.lock").read_bytes()


def test_one_stage_is_changed_and_one_goes_and_no_other_is_even_parsed(tmp_path: Path) -> None:
    path = copy_of_ours(tmp_path)
    expected = load_yaml(path)
    first, second = list(expected["stages"])[:2]
    with modify(str(path), None) as data:
        data["stages"][first]["cmd"] = expected["stages"][first]["cmd"] = "true"
        del data["stages"][second], expected["stages"][second]
    parsed = [name for name, entry in data["stages"].data.items() if not isinstance(entry, str)]
    assert parsed == [first]
    assert load_yaml(path) == expected
    assert path.read_text() == dump(expected)


def test_a_job_parses_no_entry_but_its_own(copy: Copy) -> None:
    """Nobody sees, then, that another one is damaged; it is written back as it stood."""
    path, stage = copy.folder / "dvc.lock", f"train_headline@{MODEL}"
    damaged = path.read_text().replace("\n  scenes:\n    cmd:", "\n  scenes:\n    command:")
    path.write_text(damaged)
    before = read(path)["stages"].data
    copy.change({"training": {"ours": {"log_points": 3}}})
    assert "Running stage" in copy.dvc("repro", "--single-item", stage)
    after = read(path)["stages"].data
    assert "command:" in after["scenes"]
    assert {name for name in before if before[name] != after[name]} == {stage}


def test_an_edited_module_is_one_line_of_an_entry(copy: Copy) -> None:
    before = read(copy.folder / "dvc.lock")["stages"].data["scenes"].splitlines()
    with (copy.folder / "src/dtlens/scenes/bank.py").open("a") as file:
        file.write("# edited\n")
    assert "Running stage" in copy.dvc("repro", "--single-item", "scenes")
    after = read(copy.folder / "dvc.lock")["stages"].data["scenes"].splitlines()
    (edited,) = [new for old, new in zip(before, after, strict=True) if old != new]
    assert re.fullmatch(r"      md5: [0-9a-f]{32}", edited)
    assert after[after.index(edited) - 2] == "    - path: code/dtlens.scenes"
    assert copy.stale() & {"scenes"} == set()


def test_a_lock_without_stages_is_read_again(tmp_path: Path) -> None:
    path = copy_of_ours(tmp_path)
    with modify(str(path), None) as data:
        data["stages"].clear()
    assert read(path) == load_yaml(path) == {"schema": "2.0", "stages": {}}


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: text.rindex("    hash: md5") + len("    ha")],  # a torn file's end
        lambda text: text.replace("schema: '2.0'\n", ""),
        lambda text: text.replace("  scenes:\n", "<<<<<<< ours\n  scenes:\n"),
        lambda text: text.replace("\n  scenes:\n    cmd:", "\n  scenes:\n    command:"),
        lambda text: text.replace("\n  scenes:\n    cmd:", "\n  ? scenes\n  : cmd:"),
    ],
    ids=["torn", "no head", "a conflict", "no command", "two in one"],
)
def test_a_damaged_lock_is_named_with_a_way_out(
    damage: Callable[[str], str], tmp_path: Path
) -> None:
    path = copy_of_ours(tmp_path)
    path.write_text(damage(path.read_text()))
    with pytest.raises(DvcException, match=r"^dvc\.lock: cut short or damaged; `git checkout dvc"):
        dict(read(path)["stages"])


def test_half_a_line_at_the_end_is_not_gone_on_with(tmp_path: Path) -> None:
    path = copy_of_ours(tmp_path)
    text = path.read_text()
    path.write_text(text[: text.rindex("    hash: md5") + len("    hash: md5")])
    expected = load_yaml(path)
    with modify(str(path), None) as data:
        data["stages"]["more"] = expected["stages"]["more"] = deepcopy(STAGE)
    assert load_yaml(path) == expected


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
    assert f"dvc {pin} has and the installed {version('dvc')} has not" in message
    assert "\n" not in message


def test_another_dvc_stops_a_run_in_one_line() -> None:
    code = """
import dvc.dvcfile, runpy, sys
del dvc.dvcfile.modify_yaml
runpy.run_module("workflow.dvc", run_name="__main__")
"""
    refused = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert refused.returncode == 1
    assert refused.stderr.startswith("error: requirements.lock: dtlens replaces dvc.dvcfile")
    assert refused.stderr.count("\n") == 1
