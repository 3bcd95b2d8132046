import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from copies import ROOT, TARGETS, Copy
from filelock import FileLock


@pytest.fixture(scope="session")
def make_copy(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Copy]:
    """Makes copies of the repository as it stands, with tiny parameters."""

    def make() -> Copy:
        copy = Copy(tmp_path_factory.mktemp("pipeline") / "repository")
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        for name in names.split("\0"):
            made = name.endswith("dvc.lock") or name.startswith(("results/", "store/"))
            if (ROOT / name).is_file() and not made:
                (copy.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, copy.folder / name)
        copy.change(yaml.safe_load(Path(__file__).with_name("tiny.yaml").read_text()))
        shutil.copy(Path(__file__).with_name("models.yaml"), copy.folder)
        copy.run("git", "init", "--quiet", "--initial-branch", "main")
        copy.commit()
        return copy

    return make


@pytest.fixture(scope="session")
def undisturbed(
    make_copy: Callable[[], Copy], tmp_path_factory: pytest.TempPathFactory, testrun_uid: str
) -> Copy:
    """A copy in which a few stages have run, one at a time, for tests to compare with.

    The first of the workers that needs it makes it for all of them.
    """
    note = tmp_path_factory.getbasetemp().parent / f"undisturbed-{testrun_uid}"
    with FileLock(note.with_suffix(".lock")):
        if not note.exists():
            copy = make_copy()
            copy.run("snakemake", "-j1", *TARGETS)
            note.write_text(str(copy.folder))
        return Copy(Path(note.read_text()))


@pytest.fixture
def copy(undisturbed: Copy, tmp_path: Path) -> Copy:
    """The same in a folder of its own, for a test to disturb."""
    shutil.copytree(undisturbed.folder, tmp_path / "repository")
    return Copy(tmp_path / "repository")
