"""Places to share data at, on this machine: a folder, an SSH server, an S3 store."""

import getpass
import hashlib
import os
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from botocore.config import Config
from botocore.session import get_session

ROOT = Path(__file__).parents[2]
SSHD = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
SWIFT = ROOT / ".servers/bin"  # .ci/servers makes it


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
        self.settings = {"keyfile": str(folder / "user")}
        self.wrong = {"keyfile": str(folder / "stranger")}

    def start(self) -> None:
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)  # what the system's start of sshd does
        self.run([[str(SSHD), "-D", "-e", "-f", self.folder / "sshd_config"]], [self.port])


class Swift(Server):
    """OpenStack's object store with its S3 interface: an account, a bucket, one copy of all."""

    name = "s3"
    missing = "" if SWIFT.exists() else "Swift is not installed; .ci/servers does that"
    refusal = "Forbidden"
    secret = "secret"
    filters = (
        "catch_errors gatekeeper healthcheck listing_formats bulk s3api tempauth copy slo dlo "
        "versioned_writes symlink"
    )

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (self.disk / "sda1").mkdir()
        (folder / "swift.conf").write_text(
            "[swift-hash]\nswift_hash_path_suffix = s\n"
            "[storage-policy:0]\nname = gold\ndefault = yes\n"
        )
        names = ["account", "container", "object", "proxy"]
        self.ports = dict(zip(names, free_ports(4), strict=True))
        for name in names:
            self.configure(name)
        where = [str(word) for name in names[:3] for word in (name, self.ports[name])]
        command = [SWIFT / "python", Path(__file__).with_name("rings.py"), *where]
        subprocess.run(command, cwd=folder, check=True)
        endpoint = f"http://127.0.0.1:{self.ports['proxy']}"
        self.url = "s3://bucket/path"
        self.settings = {
            "endpointurl": endpoint,
            "region": "us-east-1",
            "access_key_id": "dvc:dvc",
            "secret_access_key": self.secret,
        }
        self.wrong = {"secret_access_key": "guessed"}
        self.client = get_session().create_client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id="dvc:dvc",
            aws_secret_access_key=self.secret,
            config=Config(s3={"addressing_style": "path"}),
        )

    def configure(self, name: str) -> None:
        """Write a server's configuration."""
        port = self.ports[name]
        filters = self.filters.split() if name == "proxy" else []
        special = {
            "s3api": "location = us-east-1",
            "tempauth": f"user_dvc_dvc = {self.secret} .admin",
            "versioned_writes": "allow_object_versioning = true",
        }
        config = [
            "[DEFAULT]",
            "bind_ip = 127.0.0.1",
            f"bind_port = {port}",
            "workers = 0",
            f"user = {getpass.getuser()}",
            f"swift_dir = {self.folder}",
            f"devices = {self.disk}",
            "mount_check = false",
            # On a busy machine, what is late by the defaults would never be listed.
            "conn_timeout = 30",
            "node_timeout = 30",
            "container_update_timeout = 30",
            "[pipeline:main]",
            f"pipeline = {' '.join([*filters, f'{name}-server'])}",
            f"[app:{name}-server]",
            f"use = egg:swift#{name}",
            "account_autocreate = true" if name == "proxy" else "",
        ]
        for each in filters:
            config += [f"[filter:{each}]", f"use = egg:swift#{each}", special.get(each, "")]
        (self.folder / f"{name}.conf").write_text("\n".join(config))

    def start(self) -> None:
        commands = [
            [SWIFT / f"swift-{name}-server", self.folder / f"{name}.conf"] for name in self.ports
        ]
        self.run(commands, list(self.ports.values()))
        with suppress(self.client.exceptions.BucketAlreadyOwnedByYou):
            self.client.create_bucket(Bucket="bucket")

    def listed(self) -> list[dict[str, Any]]:
        return self.client.list_objects_v2(Bucket="bucket").get("Contents", [])

    def entity_tags(self) -> list[str]:
        """One for each object; that of one put together from N parts ends with -N."""
        return [each["ETag"].strip('"') for each in self.listed()]

    def objects(self) -> dict[str, str]:
        found = {}
        for each in self.listed():
            body = self.client.get_object(Bucket="bucket", Key=each["Key"])["Body"].read()
            found[each["Key"].removeprefix("path/")] = hashlib.md5(body).hexdigest()
        return found

    def remove(self, path: str) -> None:
        self.client.delete_object(Bucket="bucket", Key=f"path/{path}")
