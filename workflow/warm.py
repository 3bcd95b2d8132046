"""Stages without the seconds that Python takes to import the same libraries for each of them.

A process that has them forks one per stage: `dvc repro` itself, and for Snakemake a server that
forks its jobs. The project's own code is not among them: a stage runs it as it is on disk.
"""

import gc
import json
import os
import re
import runpy
import shlex
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from dvc.stage.exceptions import StageCmdFailedError
from dvc.stage.run import _run as run_in_shell

from workflow.replace import replace

# What takes time to import, with what they import: of stages, and of DVC, which each job is.
LIBRARIES = (
    "transformer_lens.model_bridge",
    "captum.attr",
    "pandas",
    "pyarrow.parquet",
    "pydantic.main",
    "scipy.stats",
    "seaborn",
    "dvc.cli.parser",
    "dvc.repo.reproduce",
    "dvc.scm",
)
# Jobs of a run that is worth the 4 seconds of importing all. Elsewhere than on Linux libraries may
# not outlive a fork.
MANY = 8 if sys.platform == "linux" else sys.maxsize
OURS = ("dtlens", "workflow")
FORK = get_context("fork")
_stage = count(1)


def load() -> None:
    """Import the libraries, to be shared: a child has its parent's memory until it writes there."""
    environment = dict(os.environ)
    gc.disable()
    for name in ("dtlens.base.stage", *LIBRARIES):  # first one thread, then who reads how many
        import_module(name)
    gc.freeze()
    gc.enable()
    set_environment(environment)  # also of stages that run in a shell


def set_environment(environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)


def run_module(words: list[str], environment: dict[str, str], log: str | None) -> None:
    """Be `python -m WORD...` in a process that has just been forked."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    set_environment(environment)
    if log:
        with Path(log).open("wb") as file:
            os.dup2(file.fileno(), sys.stdout.fileno())
            os.dup2(file.fileno(), sys.stderr.fileno())
    for name in [*sys.modules]:
        if name.partition(".")[0] in OURS:
            del sys.modules[name]
    sys.argv = words
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)


def run_stage(executable: str, cmd: str, **options: Any) -> None:
    """DVC's, which runs a stage's command in a shell; but what needs no shell is forked.

    In a job of the server, and in a `dvc repro` from the `MANY`th stage on.
    """
    words = shlex.split(cmd)
    # An experiment of DVC may have a folder of its own, with code of its own.
    here = Path(__file__).parents[1].samefile(options["cwd"])
    plain = here and cmd.startswith("python -m dtlens.") and cmd == shlex.join(words)
    if plain and next(_stage) == MANY:
        load()
    if not plain or LIBRARIES[0] not in sys.modules:
        run_in_shell(executable, cmd, **options)
        return
    stage = FORK.Process(target=run_module, args=[words[2:], options["env"], None])
    stage.start()
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as DVC: the stage gets it too
    try:
        stage.join()
    finally:
        signal.signal(signal.SIGINT, handler)
    if stage.exitcode:
        raise StageCmdFailedError(cmd, stage.exitcode)


class Job:
    """A job that the server forks, with what Snakemake asks of a `Popen`."""

    def __init__(self, server: socket.socket, *arguments: Any) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            socket.send_fds(server, [b"."], [theirs.fileno()])
            ours.sendall(f"{json.dumps(arguments)}\n".encode())
            self.answers = ours.makefile()
        self.pid = int(self.answers.readline())

    def wait(self) -> int:
        """Its exit status once it has ended; 1 if the server ended before."""
        with self.answers:
            return int(self.answers.readline() or 1)


def serve(run: socket.socket) -> None:
    """Fork a job for each socket that the run sends, and say there which it is and how it ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # its jobs get it too
    load()
    run.send(b".")
    jobs: dict[Any, tuple[BaseProcess, socket.socket]] = {}
    while True:
        for ready in wait([run, *jobs]):
            if ready is not run:
                job, asker = jobs.pop(ready)
                job.join()
                with asker:
                    asker.sendall(f"{job.exitcode}\n".encode())
                continue
            _, received, *_ = socket.recv_fds(run, 1, 1)
            if not received:  # the run has ended
                return
            asker = socket.socket(fileno=received[0])
            with asker.makefile() as request:
                job = FORK.Process(target=run_module, args=json.loads(request.readline()))
            job.start()
            jobs[job.sentinel] = job, asker
            asker.sendall(f"{job.pid}\n".encode())


def start_server() -> None:
    """Have jobs of the Snakemake in this process forked; returns once the libraries are loaded.

    Jobs that began meanwhile would import them side by side, and all would take longer.
    """
    server, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-m", "workflow.warm", str(theirs.fileno())]
        subprocess.Popen(command, pass_fds=[theirs.fileno()])

    def start(command: str, **options: Any) -> Any:
        job = re.search(r"python -m (workflow\.dvc .+) > (\S+) 2>&1$", command)
        if not job:
            return subprocess.Popen(command, **options)
        words, log = map(shlex.split, job.groups())
        return Job(server, words, options["env"], *log)

    try:
        loaded = server.recv(1)
    except KeyboardInterrupt:  # of which Snakemake makes a page here
        sys.exit("interrupted")
    if loaded:  # else it has ended, and jobs start as they would without it
        replace("snakemake.shell", "sp", SimpleNamespace(**{**vars(subprocess), "Popen": start}))


if __name__ == "__main__":
    with suppress(ConnectionError):  # a run that was killed; its jobs are waited for
        serve(socket.socket(fileno=int(sys.argv[1])))
