"""Line ends are the same on every system: dvc.lock names files by their bytes."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_a_clone_that_converts_line_ends_has_the_same_bytes(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    convert = ["git", "clone", "--quiet", "--shared", "--config", "core.autocrlf=true"]
    subprocess.run([*convert, ROOT, clone], check=True)
    listed = subprocess.run(
        ["git", "ls-files", "--eol"], cwd=clone, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    assert len(listed) > 200
    assert not [line for line in listed if "w/crlf" in line or "w/mixed" in line]
    assert (clone / "run").read_bytes().startswith(b"#!/bin/sh\n")
