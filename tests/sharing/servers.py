"""Places to share data at, on this machine: a folder, and servers that can die."""

import getpass
import hashlib
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import psutil

SSHD = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody uses, all different."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def objects(store: Path) -> dict[str, str]:
    """What DVC stored for good in a folder: the MD5 of each object by its path."""
    return {
        str(path.relative_to(store)): hashlib.md5(path.read_bytes()).hexdigest()
        for path in store.glob("files/md5/*/*")
        if path.suffix != ".tmp"  # written aside
    }


def size(folder: Path) -> int:
    """The bytes of all files in a folder in which others write."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(path, name).stat().st_size
            except FileNotFoundError:
                continue  # renamed since it was listed
    return total


class Folder:
    """A plain folder: nothing that could refuse a key or die."""

    name = "folder"
    missing = ""  # why it cannot be had here
    refusal = ""  # what DVC says of a wrong key

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.disk = folder / "store"
        self.disk.mkdir()
        self.url = str(self.disk)
        self.settings: dict[str, str] = {}  # of the DVC remote, beside its URL
        self.wrong: dict[str, str] = {}  # one of them, of somebody who has no access

    def start(self) -> None:
        """Return when the server answers."""

    def kill(self) -> None:
        """End the server as a crash of its machine would."""

    def objects(self) -> dict[str, str]:
        """What is stored for good: the MD5 of each object by its path."""
        return objects(self.disk)

    def remove(self, path: str) -> None:
        (self.disk / path).unlink()


class Server(Folder):
    """A server of one or more processes, on ports that it keeps when it starts again."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.processes: list[psutil.Popen] = []

    def run(self, commands: list[list[str | Path]], ports: list[int]) -> None:
        """Start the processes; return when all ports answer."""
        with (self.folder / "log").open("ab") as log:
            self.processes = [
                psutil.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
                for command in commands
            ]
        waiting = list(ports)
        while waiting:
            running = all(process.poll() is None for process in self.processes)
            assert running, (self.folder / "log").read_text()
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", waiting[0])) == 0:
                    waiting.pop(0)
                else:
                    time.sleep(0.02)

    def kill(self) -> None:
        """SIGKILL the processes and their children."""
        for process in self.processes:
            for one in [process, *process.children(recursive=True)]:
                one.kill()
            process.wait()
        self.processes = []


class Ssh(Server):
    """OpenSSH's server, with a host key and a user's key of its own."""

    name = "ssh"
    missing = "" if SSHD else "openssh-server is not installed; .ci/servers does that"
    refusal = "Permission denied"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (self.port,) = free_ports(1)
        for key in ("host", "user", "stranger"):
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True
            )
        shutil.copy(folder / "user.pub", folder / "authorized_keys")
        config = f"""
            ListenAddress 127.0.0.1
            Port {self.port}
            HostKey {folder}/host
            PidFile none
            AuthorizedKeysFile {folder}/authorized_keys
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            PermitRootLogin prohibit-password
            MaxStartups 64
            MaxSessions 64
            Subsystem sftp internal-sftp
        """
        (folder / "sshd_config").write_text(config)
        self.url = f"ssh://{getpass.getuser()}@127.0.0.1:{self.port}{self.disk}"
        self.settings = {"keyfile": str(folder / "user"), "verify": "true"}
        self.wrong = {"keyfile": str(folder / "stranger")}

    def start(self) -> None:
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)  # what the system's start of sshd does
        self.run([[str(SSHD), "-D", "-e", "-f", self.folder / "sshd_config"]], [self.port])
