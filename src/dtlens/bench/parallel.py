"""How much sooner two jobs at a time are done than one at a time, training four cells."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

CELLS = 4
BATCHES = 600
WHOLE = ["Snakefile", "workflow", "profiles", "src", "data", "results", "dvc.yaml", "dvc.lock"]


def lay_out(folder: Path) -> None:
    """A repository like this one, with its data and cache, in which nothing is stale."""
    for name in [*WHOLE, "params.yaml", ".dvcignore"]:
        copy = shutil.copytree if Path(name).is_dir() else shutil.copy
        copy(name, folder / name)
    (folder / ".dvc").mkdir()
    shutil.copy(".dvc/config", folder / ".dvc")
    shutil.copytree(".dvc/cache/files", folder / ".dvc/cache/files", copy_function=os.link)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)


def seconds(folder: Path, batches: int, jobs: int) -> float:
    """Wall time of training some cells of the grid on so many batches, so many jobs at a time."""
    path = folder / "params.yaml"
    params = yaml.safe_load(path.read_text())
    params["grid"]["predictions"] = batches * params["training"]["batch_predictions"]
    path.write_text(yaml.safe_dump(params))
    shape = "1L-128d-{}h-{}k-index-s{}"
    cells = [
        shape.format(heads, context, params["grid"]["seed"])
        for heads in params["grid"]["heads"]
        for context in params["grid"]["context"]
    ][:CELLS]
    targets = [f"data/dt/{cell}.safetensors" for cell in cells]
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "snakemake", f"-j{jobs}", *targets],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "src")},
        capture_output=True,
        check=True,
    )
    return time.perf_counter() - started


def measure() -> dict[str, float]:
    """The time that `-j2` takes, as a share of `-j1`'s; 0.5 would be no loss at all."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        lay_out(folder)
        one, two = seconds(folder, BATCHES, 1), seconds(folder, BATCHES + 1, 2)
    return {"orchestration: time of -j2 / time of -j1": two / one}


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name}: {value:.2f}")
