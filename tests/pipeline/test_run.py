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
SETTING_UP = "setting up .venv, about 1 minute\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose only dependencies are what installs it."""
    shutil.copy(ROOT / "run", tmp_path)
    pins = (ROOT / "requirements.lock").read_text().splitlines()
    needed = [pin for pin in pins if pin.startswith(("setuptools==", "uv=="))]
    assert len(needed) == 2
    (tmp_path / "requirements.lock").write_text("\n".join([*needed, ""]))
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "tiny.py").write_text("print('runs')\n")
    return tmp_path


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


def test_two_first_uses_at_once_share_one_environment_for_any_checkout(project: Path) -> None:
    both = [start(project, "python", "-m", "tiny") for _ in range(2)]
    printed = [process.communicate() for process in both]
    assert [out for out, _ in printed] == ["runs\n", "runs\n"]
    assert sorted(err for _, err in printed) == ["", SETTING_UP]

    lock = project / "requirements.lock"
    lock.write_text(lock.read_text() + "# changed\n")
    elsewhere = {"PIP_USER": "1", "PIP_TARGET": str(project / "elsewhere")}
    again = start(project, "python", "-m", "tiny", **elsewhere)
    assert again.communicate() == ("runs\n", SETTING_UP)
    assert not (project / "elsewhere").exists()
    assert start(project, "python", "-m", "tiny").communicate() == ("runs\n", "")

    other = project / "checkout of another commit/src"
    other.mkdir(parents=True)
    (other / "tiny.py").write_text("print('runs here')\n")
    there = start(project, "sh", "-c", f"cd '{other.parent}' && python -m tiny")
    assert there.communicate() == ("runs here\n", "")


@pytest.mark.parametrize("seconds", [0.5, 4])
def test_an_interrupted_first_use_is_made_good(project: Path, seconds: float) -> None:
    first = start(project, "python", "-m", "tiny")
    time.sleep(seconds)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    assert start(project, "python", "-m", "tiny").communicate() == ("runs\n", SETTING_UP)


def test_dvc_is_the_one_that_snakemake_uses(project: Path) -> None:
    (project / "workflow").mkdir()
    (project / "workflow/__init__.py").touch()
    (project / "workflow/dvc.py").write_text("import sys; print(sys.argv[1:])")
    printed, _ = start(project, "dvc", "repro", "a b").communicate()
    assert printed == "['repro', 'a b']\n"


def test_a_python_without_venv_is_one_clear_line(project: Path, tmp_path: Path) -> None:
    (tmp_path / "ensurepip.py").write_text(
        "raise ImportError"
    )  # as Debian does without its package
    out, err = start(project, "true", PYTHONPATH=str(tmp_path)).communicate()
    assert out == ""
    assert err.startswith("error: ./run needs python3 >= 3.11 with its venv module")
    assert err.count("\n") == 1
