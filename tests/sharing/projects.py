"""A small project whose data DVC keeps, and the tools in it."""

import hashlib
import time
from pathlib import Path

from servers import Folder, size

from sandbox import Sandbox

MIB = 2**20
DATA = ("large", "many", "small")


class Project(Sandbox):
    """A git and DVC repository that sees no configuration but its own."""

    timeout = 300

    def __init__(self, folder: Path) -> None:
        home = folder.with_name(f"{folder.name}-home")
        home.mkdir(parents=True)
        super().__init__(folder)
        # The keys, agent and regions of whoever runs the tests are none of its business.
        ours = {key: value for key, value in self.env.items() if key[:4] not in ("AWS_", "SSH_")}
        self.env = ours | {
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home),
            "DVC_SITE_CACHE_DIR": str(home / "site-cache"),
            "AWS_EC2_METADATA_DISABLED": "true",  # else a server of the cloud is asked first
        }
        self.cache = folder / ".dvc/cache"

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
