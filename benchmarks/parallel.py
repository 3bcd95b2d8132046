"""How much sooner two jobs at a time are done than one at a time, training four cells."""

import os
import shutil
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from benchmarks.copies import lay_out, snakemake
from dtlens.model.sheet import read_sheet
from dtlens.params import load_params

CELLS = 4
BATCHES = 600


def seconds(folder: Path, batches: int, jobs: int) -> float:
    """Wall time of training some cells of the grid on so many batches, so many jobs at a time."""
    path = folder / "models.yaml"
    sheet, training = read_sheet(path), load_params().training
    cells = [cell for cell in sheet.others if cell.name.startswith("1L-128d")][:CELLS]
    values = sheet.model_dump()
    for cell in cells:
        size = training[str(cell.optimisation)].batch_predictions
        values["models"][cell.name]["predictions"] = batches * size
    path.write_text(yaml.safe_dump(values))
    targets = [f"data/dt/{cell.name}.safetensors" for cell in cells]
    started = time.perf_counter()
    snakemake(folder, f"-j{jobs}", *targets)
    return time.perf_counter() - started


def measure() -> dict[str, float]:
    """The time that `-j2` takes, as a share of `-j1`'s; 0.5 would be no loss at all."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        lay_out(folder, "dvc.lock", "data", "results")
        shutil.copytree(".dvc/cache/files", folder / ".dvc/cache/files", copy_function=os.link)
        one, two = seconds(folder, BATCHES, 1), seconds(folder, BATCHES + 1, 2)
    return {"orchestration: time of -j2 / time of -j1": two / one}


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name}: {value:.2f}")
