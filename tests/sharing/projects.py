"""A small project whose data DVC keeps, and the tools in it."""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

from servers import Folder, size

MIB = 2**20
DATA = ("large", "many", "small")


class Project:
    """A git and DVC repository that sees no configuration but its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = folder / ".dvc/cache"
        home = folder.with_name(f"{folder.name}-home")
        home.mkdir(parents=True)
        # The keys, agent and regions of whoever runs the tests are none of its business.
        ours = {key: value for key, value in os.environ.items() if key[:4] not in ("AWS_", "SSH_")}
        self.env = ours | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home),
            "DVC_SITE_CACHE_DIR": str(home / "site-cache"),
            "DVC_NO_ANALYTICS": "1",
            "GIT_AUTHOR_NAME": "test",
            "GIT_AUTHOR_EMAIL": "test@localhost",
            "GIT_COMMITTER_NAME": "test",
            "GIT_COMMITTER_EMAIL": "test@localhost",
            "AWS_EC2_METADATA_DISABLED": "true",  # else a server of the cloud is asked first
        }

    def start(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.env,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run(self, *command: str, fails: bool = False) -> str:
        """What a command prints; its exit status must be as expected."""
        return self.end(self.start(*command), fails)

    def end(self, process: subprocess.Popen[str], fails: bool = False) -> str:
        """What a started command prints till it ends, within five minutes."""
        try:
            printed, _ = process.communicate(timeout=300)
        finally:
            process.kill()
        assert (process.returncode != 0) == fails, printed
        return printed

    def connect(self, url: str, settings: dict[str, str]) -> None:
        """Make a place the default remote, as `dvc remote add` and `modify` with --local do."""
        remote = "".join(f"    {key} = {value}\n" for key, value in settings.items())
        config = f"[core]\n    remote = mine\n['remote \"mine\"']\n    url = {url}\n{remote}"
        (self.folder / ".dvc/config.local").write_text(config)

    def content(self) -> dict[str, str]:
        """The MD5 of each file of data that is there."""
        data = [
            path for name in DATA for path in [self.folder / name, *self.folder.glob(f"{name}/*")]
        ]
        return {
            path.name: hashlib.md5(path.read_bytes()).hexdigest() for path in data if path.is_file()
        }

    def interrupt(self, server: Folder, watched: Path, least: int, *command: str) -> str:
        """Kill the server while a command runs, once so many bytes are in a folder.

        What the command prints; it must fail.
        """
        process = self.start(*command)
        while size(watched) < least:
            assert process.poll() is None, self.end(process)
            time.sleep(0.01)
        server.kill()
        return self.end(process, fails=True)
