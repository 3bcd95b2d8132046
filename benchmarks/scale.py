"""`python -m benchmarks.scale 200 2000`: what the tools cost on grids of so many cells.

The pipeline with a grid of so many seeds of one model, in stages that do nothing but write their
outputs. All is recorded first by DVC's own code in one process, as if a run had made it: what one
cell's stages have on record, with its name exchanged, all cells' have.
"""

import json
import os
import subprocess
import sys
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from dvc.repo import Repo
from dvc.stage.serialize import to_lockfile

from benchmarks.copies import lay_out
from benchmarks.orchestration import do_nothing
from workflow.lockfile import modify_yaml

DTLENS = "import sys; from dtlens.cli import app; sys.argv[0] = 'dtlens'; app()"
LIKE = "1L-32d-2h-1k-index-ours-r1-ours-s{}"
FIRST = LIKE.format(0)
COMMANDS = {
    "snakemake -n all": ["-m", "workflow.snakemake", "-n", "all"],
    "dtlens plan": ["-c", DTLENS, "plan"],
    "dtlens trace": ["-c", DTLENS, "trace", "results/grid.csv"],
    "a job's own cost": [
        "-m",
        "workflow.dvc",
        "repro",
        "--single-item",
        "--force",
        f"calibrate@{FIRST}",
    ],
    "dvc status": ["-m", "workflow.dvc", "status", "--quiet"],
}


def make_grid(folder: Path, cells: int) -> int:
    """Lay a pipeline out whose grid has so many cells, all recorded; returns how many stages."""
    lay_out(folder)
    sheet = yaml.safe_load(Path("models.yaml").read_text())
    sheet["models"] |= {LIKE.format(seed): sheet["models"][FIRST] for seed in range(cells)}
    (folder / "models.yaml").write_text(yaml.safe_dump(sheet, sort_keys=False))
    pipeline = yaml.safe_load(Path("dvc.yaml").read_text())
    pipeline["stages"] = {name: do_nothing(stage) for name, stage in pipeline["stages"].items()}
    (folder / "dvc.yaml").write_text(yaml.safe_dump(pipeline, sort_keys=False))
    repo = Repo(folder)
    for out in repo.index.outs:
        Path(out.fs_path).parent.mkdir(parents=True, exist_ok=True)
        Path(out.fs_path).write_text("{}\n")
    stages: dict[str, Any] = {}
    with repo.lock, chdir(folder):
        for stage in repo.index.stages:
            rule, _, cell = stage.name.partition("@")
            twin = stages.get(f"{rule}@{FIRST}")
            if twin and cell.startswith(LIKE.format("")):
                text = json.dumps(twin).replace(FIRST, cell)
                stages[stage.name] = json.loads(text)
            else:
                stage.save(run_cache=False)
                stage.commit()
                stages |= to_lockfile(stage)
    with modify_yaml(str(folder / "dvc.lock"), repo.fs) as lock:
        lock |= {"schema": "2.0", "stages": stages}
    commit = ["git", "-c", "user.name=bench", "-c", "user.email=bench@localhost", "commit", "-qm"]
    subprocess.run(["git", "add", "--all"], cwd=folder, check=True)
    subprocess.run([*commit, "bench"], cwd=folder, check=True)
    return len(stages)


def cost(folder: Path, arguments: list[str]) -> tuple[float, float]:
    """CPU-seconds of a command of Python's and all it starts, and its largest memory in GB.

    The shell that a stage's command runs in is among what it starts.
    """
    env = os.environ | {"PYTHONPATH": str(folder / "src")}
    with (folder / "logs.txt").open("w") as log:
        started = subprocess.Popen(
            [sys.executable, *arguments], cwd=folder, env=env, stdout=log, stderr=log
        )
        _, status, used = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    assert started.returncode == 0, (folder / "logs.txt").read_text()[-2000:]
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20


def measure(cells: int) -> None:
    """Print what each command costs on a grid of so many cells."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        stages = make_grid(folder, cells)
        size = (folder / "dvc.lock").stat().st_size / 1e6
        print(f"{cells} cells, {stages} stages: dvc.lock has {size:.1f} MB", flush=True)
        for command, arguments in COMMANDS.items():
            seconds, memory = cost(folder, arguments)
            print(f"  {command}: {seconds:.1f} CPU-seconds, {memory:.2f} GB", flush=True)


if __name__ == "__main__":
    for count in map(int, sys.argv[1:]):
        measure(count)
