"""Runs in a copy of this repository, which they leave alone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

CODE = ["Snakefile", "workflow", "profiles", "src", "references"]
CODE += ["dvc.yaml", "params.yaml", "models.yaml"]


def lay_out(folder: Path, *more: str) -> None:
    """A repository in an empty folder with this one's code and whatever else is named."""
    for name in [*CODE, ".dvcignore", ".dvc/config", *more]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if Path(name).is_dir() else shutil.copy
        copy(name, folder / name)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)


def snakemake(folder: Path, *arguments: str) -> None:
    """Run the folder's pipeline with the folder's code."""
    subprocess.run(
        [sys.executable, "-m", "workflow.snakemake", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "src")},
        capture_output=True,
        check=True,
    )
