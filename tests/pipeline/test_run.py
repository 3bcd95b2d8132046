"""./run makes its environment once, again when the lock changes, and whatever interrupts it."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from copies import ROOT

PROJECT = """
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "tiny"
version = "1"
[tool.setuptools]
py-modules = ["tiny"]
"""
SETTING_UP = "setting up .venv: a minute or two; longer where network or disk are slow\n"


def make_project(folder: Path) -> Path:
    """A project whose only dependencies are what installs it."""
    shutil.copy(ROOT / "run", folder)
    pins = (ROOT / "requirements.lock").read_text().splitlines()
    needed = [pin for pin in pins if pin.startswith(("setuptools==", "uv=="))]
    assert len(needed) == 2
    (folder / "requirements.lock").write_text("\n".join([*needed, ""]))
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "tiny.py").write_text("print('runs')\n")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path)


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose first use was two at once."""
    project = make_project(tmp_path_factory.mktemp("used"))
    both = [start(project, "python", "-m", "tiny") for _ in range(2)]
    printed = [process.communicate() for process in both]
    assert [out for out, _ in printed] == ["runs\n", "runs\n"]
    assert sorted(err for _, err in printed) == ["", SETTING_UP]
    return project


def start(project: Path, *command: str, **env: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [project / "run", *command],
        cwd="/",
        env=os.environ | env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def test_two_first_uses_at_once_share_one_environment_for_any_checkout(used: Path) -> None:
    lock = used / "requirements.lock"
    lock.write_text(lock.read_text() + "# changed\n")
    elsewhere = {"PIP_USER": "1", "PIP_TARGET": str(used / "elsewhere")}
    again = start(used, "python", "-m", "tiny", **elsewhere)
    assert again.communicate() == ("runs\n", SETTING_UP)
    assert not (used / "elsewhere").exists()
    assert start(used, "python", "-m", "tiny").communicate() == ("runs\n", "")

    other = used / "checkout of another commit/src"
    other.mkdir(parents=True)
    (other / "tiny.py").write_text("print('runs here')\n")
    there = start(used, "sh", "-c", f"cd '{other.parent}' && python -m tiny")
    assert there.communicate() == ("runs here\n", "")


@pytest.mark.parametrize("seconds", [0.5, 4])
def test_an_interrupted_first_use_is_made_good(project: Path, seconds: float) -> None:
    first = start(project, "python", "-m", "tiny")
    time.sleep(seconds)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    assert start(project, "python", "-m", "tiny").communicate() == ("runs\n", SETTING_UP)


def test_no_process_compiles_what_another_has(used: Path) -> None:
    """Also where the machine's settings say that Python is to write nothing."""
    asked = ("python", "-c", "import sys; print(sys.dont_write_bytecode)")
    assert start(used, *asked, PYTHONDONTWRITEBYTECODE="1").communicate() == ("False\n", "")


def test_a_home_that_cannot_be_written_is_done_without(used: Path) -> None:
    """Not even root makes a folder in /proc."""
    asked = ("python", "-c", "import os; print(os.environ.get('XDG_CACHE_HOME'))")
    assert start(used, *asked, HOME="/proc").communicate() == (f"{used}/.venv/cache\n", "")
    elsewhere = str(used / "caches")
    assert start(used, *asked, HOME="/proc", XDG_CACHE_HOME=elsewhere).communicate()[0] == (
        f"{elsewhere}\n"
    )


def test_a_python_without_venv_is_one_clear_line(project: Path, tmp_path: Path) -> None:
    (tmp_path / "ensurepip.py").write_text(
        "raise ImportError"
    )  # as Debian does without its package
    out, err = start(project, "true", PYTHONPATH=str(tmp_path)).communicate()
    assert out == ""
    assert err.startswith("error: ./run needs Python 3.11, 3.12 or 3.13 with its venv module")
    assert err.count("\n") == 1
