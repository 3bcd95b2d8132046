"""The remote inside the repository, from which a clone pulls without an account."""

import re
import subprocess
from pathlib import Path

from copies import ROOT
from dvc.repo import Repo

from dtlens.base.files import md5
from sandbox import Sandbox

MEGABYTES = 175  # 18 agents, 111 models and their tables


def test_it_holds_what_dvc_lock_needs_and_no_more(tmp_path: Path) -> None:
    """Of the commit: a run may have rewritten dvc.lock here, by another processor's bytes."""
    subprocess.run(["git", "clone", "--quiet", "--shared", ROOT, tmp_path / "clone"], check=True)
    needed = {
        used.value for objects in Repo(tmp_path / "clone").used_objs().values() for used in objects
    }
    stored = {
        path.parent.name + path.name: path
        for path in (tmp_path / "clone/store/files/md5").glob("*/*")
    }
    assert needed
    assert stored.keys() == needed, "`rm -r store; ./run dvc push` makes it so"
    assert {md5(path) for path in stored.values()} == stored.keys()
    assert sum(path.stat().st_size for path in stored.values()) <= MEGABYTES * 2**20


def test_a_model_comes_alone_from_a_clone_as_the_readme_says(tmp_path: Path) -> None:
    (path,) = re.findall(r"dvc get dtlens (\S+)", (ROOT / "README.md").read_text())
    there = Sandbox(tmp_path / "there")
    there.folder.mkdir()
    there.run("git", "clone", "--quiet", "--shared", str(ROOT), "dtlens")
    there.run("dvc", "get", "dtlens", path)
    (out,) = (out for out in Repo(there.folder / "dtlens").index.outs if out.def_path == path)
    assert md5(there.folder / Path(path).name) == out.hash_info.value
