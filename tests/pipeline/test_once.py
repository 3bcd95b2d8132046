"""What is looked at once is looked at again when it has changed."""

import json
import shutil
from pathlib import Path

import pytest
from copies import ROOT, Copy
from dvc.dependency.param import read_param_file as read_file
from dvc.fs import LocalFileSystem
from dvc.repo import Repo

from workflow.once import parse_once, read_param_file


def test_settings_are_parsed_once_till_they_change(tmp_path: Path) -> None:
    path, local = tmp_path / "params.yaml", LocalFileSystem()
    path.write_text("grid: {seed: 1}\n")
    parse_once.cache_clear()
    for key in ("grid.seed", "grid", "grid.seed"):
        read_param_file(local, str(path), [key], flatten=True)
    assert parse_once.cache_info().misses == 1
    path.write_text("grid: {seed: 2}\n")  # as long as before
    assert read_param_file(local, str(path), ["grid.seed"], flatten=True) == {"grid.seed": 2}


@pytest.mark.parametrize(
    "keys",
    [["grid.seed"], ["grid", "seed"], ["grid.none", "seed.none"], ["grid.list.1", "seed"], []],
)
def test_keys_are_read_as_dvc_reads_them(keys: list[str], tmp_path: Path) -> None:
    path, local = str(tmp_path / "params.yaml"), LocalFileSystem()
    Path(path).write_text("grid: {seed: 1, list: [a, b]}\nseed: s1\n")
    for flatten in (True, False):
        ours = read_param_file(local, path, keys, flatten=flatten)
        assert ours == read_file(local, path, keys, flatten=flatten)


def test_settings_of_another_commit_are_its_own() -> None:
    repo, keys = Repo(ROOT), ["grid.seed"]
    (revision,) = (name for name in repo.brancher(revs=["HEAD"]) if name != "workspace")
    for name in repo.brancher(revs=[revision]):
        if name == revision:
            asked = parse_once.cache_info()
            ours = read_param_file(repo.fs, "/params.yaml", keys, flatten=True)
            assert ours == read_file(repo.fs, "/params.yaml", keys, flatten=True) != {}
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
