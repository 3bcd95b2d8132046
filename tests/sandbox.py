"""Commands run by real processes in a folder of a test's own."""

import os
import subprocess
import sys
from pathlib import Path


class Sandbox:
    """A folder, and the environment's tools in it: git knows an author, DVC shares no state."""

    timeout: float | None = None  # seconds for a command to end

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = os.environ | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "DVC_NO_ANALYTICS": "1",
            "DVC_SITE_CACHE_DIR": str(folder.parent / "site-cache"),
            "GIT_AUTHOR_NAME": "test",
            "GIT_AUTHOR_EMAIL": "test@localhost",
            "GIT_COMMITTER_NAME": "test",
            "GIT_COMMITTER_EMAIL": "test@localhost",
        }

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Start a command as the leader of a process group.

        Ctrl-C ends it also where a shell's `&` has started the tests: they pass it over.
        """
        return subprocess.Popen(
            ["env", "--default-signal=INT", *command],
            cwd=self.folder,
            env=self.env,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def end(self, process: subprocess.Popen[str], fails: bool = False) -> str:
        """What a started command prints till it ends; its exit status must be as expected."""
        try:
            printed, _ = process.communicate(timeout=self.timeout)
        finally:
            process.kill()
        assert (process.returncode != 0) == fails, printed
        return printed

    def run(self, *command: str, fails: bool = False) -> str:
        """What a command prints, both streams; its exit status must be as expected."""
        return self.end(self.start(*command), fails)

    def commit(self, message: str = "test") -> None:
        self.run("git", "add", "--all")
        self.run("git", "commit", "--quiet", "--message", message)
