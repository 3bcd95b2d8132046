"""What is looked at once is looked at again when it has changed."""

import json
import shutil
from pathlib import Path

from copies import ROOT, Copy
from dvc.fs import LocalFileSystem
from dvc.repo import Repo
from dvc.utils.serialize import load_path as theirs

from workflow.once import load_path, parse_once


def test_settings_are_parsed_once_till_they_change(tmp_path: Path) -> None:
    path, local = tmp_path / "params.yaml", LocalFileSystem()
    path.write_text("seed: 1\n")
    parse_once.cache_clear()
    assert [load_path(str(path), local) for _ in range(3)] == [{"seed": 1}] * 3
    assert parse_once.cache_info().misses == 1
    path.write_text("seed: 2\n")  # as long as before
    assert load_path(str(path), local) == theirs(str(path), local) == {"seed": 2}


def test_settings_of_another_commit_are_its_own() -> None:
    repo = Repo(ROOT)
    (revision,) = (name for name in repo.brancher(revs=["HEAD"]) if name != "workspace")
    for name in repo.brancher(revs=[revision]):
        if name == revision:
            asked = parse_once.cache_info()
            assert load_path("/params.yaml", repo.fs) == theirs("/params.yaml", repo.fs)
            assert parse_once.cache_info() == asked


def test_status_is_what_dvc_itself_says(undisturbed: Copy, tmp_path: Path) -> None:
    """Of stages that share what has changed: settings, and a room of the code."""
    shutil.copytree(undisturbed.folder, tmp_path / "copy")
    copy = Copy(tmp_path / "copy")
    copy.change({"environment": {"max_steps": 39}})
    with (copy.folder / "src/dtlens/task/episodes.py").open("a") as file:
        file.write("# changed\n")
    ours, plain = (
        json.loads(copy.run(*command, "status", "--json").splitlines()[-1])
        for command in (("python", "-m", "workflow.dvc"), ("dvc",))
    )
    assert ours == plain
    changed = {"src/dtlens/task": "modified", "params.yaml": {"environment": "modified"}}
    assert ours["scenes"] == [{"changed deps": changed}]
