"""In an unpacked ZIP, a folder in no git repository, all but the history works."""

import shutil
from collections.abc import Callable

from copies import SCENES, Copy


def test_a_run_needs_no_git(make_copy: Callable[[], Copy]) -> None:
    copy = make_copy()
    shutil.rmtree(copy.folder / ".git")
    assert "A run does" in copy.run("dtlens", "plan")
    assert "scenes" in copy.to_run()
    copy.run("snakemake", "-j1", SCENES)
    assert "scenes" not in copy.stale()
    (copy.folder / SCENES).unlink()
    copy.dvc("checkout", SCENES)
    copy.dvc("push", SCENES)
    (copy.folder / SCENES).unlink()
    shutil.rmtree(copy.folder / ".dvc/cache")
    copy.dvc("pull", SCENES)
    assert (copy.folder / SCENES).exists()

    traced = copy.run("dtlens", "trace", SCENES, fails=True)
    assert traced.startswith("error: ") and traced.count("\n") == 1
    assert "`git clone` brings it" in traced
    assert "Only supported for Git repositories" in copy.dvc("params", "diff", fails=True)
