"""Processes that are forked with the libraries of stages: the same as new ones, but sooner."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import yaml
from copies import ROOT, Copy

from workflow.warm import Job


def python(code: str, *path: Path) -> str:
    """What Python prints in a process of its own."""
    command = [sys.executable, "-c", code, *map(str, path)]
    environment = os.environ | {"PYTHONPATH": "src"}
    ran = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return ran.stdout


def test_what_stages_and_jobs_import_is_loaded() -> None:
    files = [ROOT / place / "dvc.yaml" for place in ("", "beyond")]
    stages = [yaml.safe_load(path.read_text())["stages"].values() for path in files]
    commands = {stage["cmd"].split()[2] for both in stages for stage in both}
    entries = commands | {"workflow.dvc"}
    assert len(entries) > 30
    code = f"""
import sys
from importlib import import_module
from workflow.warm import OURS, load
load()
loaded = set(sys.modules)
for entry in {sorted(entries)}:
    import_module(entry)
new = {{name for name in set(sys.modules) - loaded if name.split(".")[0] not in OURS}}
print(len(loaded), len(new))
"""
    loaded, new = map(int, python(code).split())
    assert new < loaded / 50


def test_no_library_asks_for_a_gpu_as_it_is_imported() -> None:
    """What has asked in a process makes it useless to those forked from it."""
    code = """
import torch
from workflow.warm import load
asked = []
for name in ("is_available", "device_count", "init", "_lazy_init"):
    setattr(torch.cuda, name, lambda *given, name=name: asked.append(name))
load()
print(asked)
"""
    assert python(code) == "[]\n"


def test_libraries_have_one_thread_and_stages_in_a_shell_as_many_as_before() -> None:
    code = """
import os
os.environ["OMP_NUM_THREADS"] = "2"
before = dict(os.environ)
from workflow.warm import load
load()
import torch
print(torch.get_num_threads(), dict(os.environ) == before)
"""
    assert python(code) == "1 True\n"


PROGRAMS = {
    "say": "import os, sys\nprint(*sys.argv[1:], os.environ)",
    "refuse": "import sys\nsys.exit('error: not so')",
    "fail": "raise ValueError('a bug')",
    "sleep": "import time\ntime.sleep(600)",
}


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("programs")
    for name, code in PROGRAMS.items():
        (folder / f"{name}.py").write_text(code)
    return folder


@pytest.fixture(scope="module")
def server(programs: Path) -> Iterator[socket.socket]:
    """A server that has loaded the libraries, and finds the programs."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", "workflow.warm", str(theirs.fileno())],
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": f"{programs}:src"},
                pass_fds=[theirs.fileno()],
            )
        assert ours.recv(1)
        yield ours
    assert process.wait(timeout=60) == 0


def start(server: socket.socket, folder: Path, *words: str) -> Job:
    return Job(server, words, {"WORD": "loud"}, str(folder / words[0]))


def test_a_job_has_its_words_environment_and_log(server: socket.socket, tmp_path: Path) -> None:
    assert start(server, tmp_path, "say", "a b", "c").wait() == 0
    assert (tmp_path / "say").read_text() == "a b c environ({'WORD': 'loud'})\n"


@pytest.mark.parametrize(
    ("program", "last"), [("refuse", "error: not so"), ("fail", "ValueError: a bug")]
)
def test_what_fails_says_why(
    server: socket.socket, tmp_path: Path, program: str, last: str
) -> None:
    assert start(server, tmp_path, program).wait() == 1
    assert (tmp_path / program).read_text().splitlines()[-1] == last


def test_jobs_end_in_their_own_order(server: socket.socket, tmp_path: Path) -> None:
    """As those that run side by side; a killed one has a status as a `Popen` would have."""
    long = start(server, tmp_path, "sleep")
    assert start(server, tmp_path, "say").wait() == 0
    os.kill(long.pid, signal.SIGTERM)
    assert long.wait() == -signal.SIGTERM


def test_a_job_runs_the_code_that_is_there_when_it_begins(
    server: socket.socket, tmp_path: Path, programs: Path
) -> None:
    assert not (programs / "dtlens.py").exists()  # when the server itself imported dtlens
    for word in ("first", "and then"):
        (programs / "dtlens.py").write_text(f"print({word!r})")
        assert start(server, tmp_path, "dtlens").wait() == 0
        assert (tmp_path / "dtlens").read_text() == f"{word}\n"


def has_server(run: subprocess.Popen[str]) -> bool:
    with suppress(psutil.NoSuchProcess):  # something short that it had started
        children = psutil.Process(run.pid).children()
        return any("workflow.warm" in child.cmdline() for child in children)
    return False


def test_a_run_that_is_interrupted_while_they_load_says_so_in_a_line(
    make_copy: Callable[[], Copy],
) -> None:
    copy = make_copy()
    run = copy.start("snakemake", "-j2", "all")
    while not has_server(run):
        assert run.poll() is None
        time.sleep(0.1)
    time.sleep(0.5)  # now it waits for that
    os.killpg(run.pid, signal.SIGINT)
    assert copy.end(run, fails=True).endswith("\ninterrupted\n")
    assert copy.started() == []


def test_what_needs_a_shell_or_is_elsewhere_has_one_and_what_fails_is_dvcs_error(
    tmp_path: Path,
) -> None:
    (tmp_path / "src/dtlens").mkdir(parents=True)
    (tmp_path / "src/dtlens/__init__.py").touch()
    (tmp_path / "src/dtlens/training.py").write_text("print('of another folder', flush=True)")
    code = """
import os, sys
from dvc.stage.exceptions import StageCmdFailedError
from workflow.warm import load, run_stage
load()
here, there = ({"cwd": cwd, "env": dict(os.environ)} for cwd in (os.getcwd(), sys.argv[1]))
run_stage("/bin/sh", "python -m dtlens.training x 1 2>&1 || echo refused", **here)
run_stage("/bin/sh", "python -m dtlens.training x 1", **there)
try:
    run_stage("/bin/sh", "python -m dtlens.training x 1", **here)
except StageCmdFailedError as error:
    print(error)
"""
    printed = python(code, tmp_path).splitlines()
    assert printed[0].startswith("error: x is no cell")
    assert printed[1:3] == ["refused", "of another folder"]
    assert printed[3] == "failed to run: python -m dtlens.training x 1, exited with 1"
