"""Stages without the seconds that Python takes to import the same libraries for each of them.

A run starts a process that has them, and forks one for each stage that it is asked for. The
project's own code is not among them: a stage runs it as it is on disk.
"""

import gc
import json
import os
import runpy
import shlex
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

from dvc.stage.exceptions import StageCmdFailedError
from dvc.stage.run import _run as run_in_shell

LIBRARIES = [
    *("transformer_lens.model_bridge", "captum.attr", "pandas", "pyarrow.parquet"),
    *("pydantic.main", "scipy.stats", "seaborn"),
]
# Stages of a run that is worth importing all. Elsewhere than on Linux libraries may not outlive a
# fork.
MANY = 8 if sys.platform == "linux" else sys.maxsize
SOCKET = ".snakemake/stages"  # in the project's folder: an experiment's own folder has none
_stage = count(1)


def load() -> None:
    """Import the libraries, to be shared: a child has its parent's memory until it writes there."""
    gc.disable()
    for name in ("dtlens.base.stage", *LIBRARIES):  # first one thread, then who reads how many
        import_module(name)
    gc.freeze()
    gc.enable()


def serve() -> None:
    """Fork a stage for each that asks, as long as the run is there that has started this process.

    Returns in each stage's process, with its words, environment, folder and streams.
    """
    run = os.getppid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # its stages get it too
    Path(SOCKET).unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(SOCKET)
        server.listen(1000)  # they wait until all is imported
        load()
        server.settimeout(1)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while os.getppid() == run:
            with suppress(TimeoutError), server.accept()[0] as asker:
                if os.fork() == 0 and fork_stage(asker):
                    return
    Path(SOCKET).unlink()
    sys.exit()


def fork_stage(asker: socket.socket) -> bool:
    """Wait for a stage and say how it ended, then exit; returns in the stage's own process."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    asked, (out, err), _, _ = socket.recv_fds(asker, 2**20, 2)
    if stage := os.fork():
        status = os.waitstatus_to_exitcode(os.waitpid(stage, 0)[1])
        with suppress(ConnectionError):
            asker.sendall(str(status).encode())
        os._exit(0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv, environment, folder = json.loads(asked)
    os.dup2(out, sys.stdout.fileno())
    os.dup2(err, sys.stderr.fileno())
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for name in [name for name in sys.modules if name.partition(".")[0] == "dtlens"]:
        del sys.modules[name]
    return True


def start_server() -> None:
    """Have the stages of the run in this process forked."""
    subprocess.Popen([sys.executable, "-m", "workflow.warm"])


def run_stage(executable: str, cmd: str, **options: Any) -> None:
    """DVC's, which runs a stage's command in a shell; but what needs no shell is forked."""
    words = shlex.split(cmd)
    plain = cmd.startswith("python -m dtlens.") and cmd == shlex.join(words)
    if plain and next(_stage) == MANY:
        start_server()
    with socket.socket(socket.AF_UNIX) as server:
        try:
            server.connect(SOCKET if plain else "")
        except OSError:
            return run_in_shell(executable, cmd, **options)
        handler = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as DVC: the stage gets it too
        try:
            asked = json.dumps([words[2:], options["env"], str(options["cwd"])]).encode()
            socket.send_fds(server, [asked], [1, 2])
            status = int(server.recv(8) or 1)
        finally:
            signal.signal(signal.SIGINT, handler)
    if status:
        raise StageCmdFailedError(cmd, status)


if __name__ == "__main__":
    serve()
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
