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
import traceback
from importlib import import_module
from itertools import count
from pathlib import Path
from socketserver import BaseRequestHandler, ForkingMixIn, UnixStreamServer
from tempfile import mkdtemp
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
SERVER = "DTLENS_SERVER"  # in the environment of a run, the server's socket
_stage = count(1)


def load() -> None:
    """Import the libraries, to be shared: a child has its parent's memory until it writes there."""
    gc.disable()
    for name in ("dtlens.base.stage", *LIBRARIES):  # first one thread, then who reads how many
        import_module(name)
    gc.freeze()
    gc.enable()


class Stage(BaseRequestHandler):
    """A stage, in the process that was forked for it; it answers with its exit status."""

    def handle(self) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        asked, (out, err), _, _ = socket.recv_fds(self.request, 2**20, 2)
        words, environment, folder = json.loads(asked)
        os.dup2(out, sys.stdout.fileno())
        os.dup2(err, sys.stderr.fileno())
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        for name in [name for name in sys.modules if name.partition(".")[0] == "dtlens"]:
            del sys.modules[name]
        sys.argv = words
        self.request.sendall(str(self.run(words[0])).encode())

    def run(self, module: str) -> int:
        try:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        except SystemExit as end:
            if isinstance(end.code, int | None):
                return end.code or 0
            print(end.code, file=sys.stderr)
            return 1
        except BaseException:
            traceback.print_exc()
            return 1
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
        return 0


class Server(ForkingMixIn, UnixStreamServer):
    """Forks a process per stage, as long as the run is there that has started it."""

    max_children = 10_000
    run = os.getppid()

    def service_actions(self) -> None:
        super().service_actions()
        if os.getppid() != self.run:
            os._exit(0)


def start_server() -> None:
    """Have the stages of this process, and of the jobs that it starts, forked."""
    path = f"{mkdtemp(prefix='dtlens-')}/socket"
    subprocess.Popen([sys.executable, "-m", "workflow.warm", path])
    os.environ[SERVER] = path


def run_stage(executable: str, cmd: str, **options: Any) -> None:
    """DVC's, which runs a stage's command in a shell; but what needs no shell is forked."""
    words = shlex.split(cmd)
    plain = cmd.startswith("python -m dtlens.") and cmd == shlex.join(words)
    if plain and next(_stage) == MANY:
        start_server()
    path = Path(os.environ.get(SERVER, ""))
    if not (plain and path.is_socket()):
        run_in_shell(executable, cmd, **options)
        return
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as DVC: the stage gets it too
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.connect(str(path))
            asked = json.dumps([words[2:], options["env"], str(options["cwd"])]).encode()
            socket.send_fds(server, [asked], [1, 2])
            status = server.recv(8) or b"1"  # killed
    finally:
        signal.signal(signal.SIGINT, handler)
    if int(status):
        raise StageCmdFailedError(cmd, int(status))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # its stages get it too
    with Server(sys.argv[1], Stage) as server:  # who asks from now on waits
        load()
        server.serve_forever()
