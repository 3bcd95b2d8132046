"""A copy of the repository with tiny parameters, and runs of its pipeline by the real tools."""

import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import yaml
from dvc.repo import Repo
from dvc.repo.reproduce import get_active_graph

from dtlens.base.files import md5
from sandbox import Sandbox

ROOT = Path(__file__).parents[2]
MODEL = "1L-16d-2h-1k-index-ours-r1-ours-s1"
CHECKPOINT = f"data/dt/{MODEL}.safetensors"
TRAJECTORIES = "data/trajectories/ours-r1.parquet"
SCENES = "data/scenes.parquet"
CALIBRATION = f"results/models/{MODEL}/calibration.csv"
# Five stages make these: the agent with its data, scenes, two models and a calibration.
TARGETS = (CALIBRATION, "data/dt/1L-16d-2h-1k-one_hot-ours-r1-ours-s1.safetensors", SCENES)


def merge(values: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The values with the changes put in, section by section."""
    return values | {
        key: merge(values[key], change) if isinstance(change, dict) else change
        for key, change in changes.items()
    }


def kill(run: subprocess.Popen[str], whole_group: bool) -> None:
    """Kill -9 a run, or it and its jobs."""
    if whole_group:
        os.killpg(run.pid, signal.SIGKILL)
    else:
        run.kill()
    run.wait()
    assert run.stdout is not None
    run.stdout.close()


class Copy(Sandbox):
    """A folder with a copy of the repository, and the tools in it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.env |= {
            "PYTHONPATH": f"{folder / 'src'}{os.pathsep}{Path(__file__).with_name('recorder')}",
            "STARTED": str(folder.parent / "started"),
        }

    def change(self, changes: dict[str, Any]) -> None:
        """Change parameters."""
        path = self.folder / "params.yaml"
        values = merge(yaml.safe_load(path.read_text()), changes)
        path.write_text(yaml.safe_dump(values, sort_keys=False))

    def change_model(self, name: str, **line: Any) -> None:
        """Change a model's line in the sheet, or add one that is else as the first."""
        path = self.folder / "models.yaml"
        sheet = yaml.safe_load(path.read_text())
        for models in (sheet["analysed"], sheet["models"]):
            models[name] = models.get(name, sheet["models"][MODEL]) | line
        path.write_text(yaml.safe_dump(sheet, sort_keys=False))

    @property
    def lock(self) -> dict[str, Any]:
        """dvc.lock as parsed YAML, with the stages of beyond/dvc.lock."""
        paths = (self.folder / place / "dvc.lock" for place in ("", "beyond"))
        locks = [yaml.load(path.read_text(), yaml.CSafeLoader) for path in paths if path.exists()]
        stages = [lock.get("stages", {}) for lock in locks]
        return locks[0] | {"stages": {name: one[name] for one in stages for name in one}}

    def dvc(self, *arguments: str, fails: bool = False) -> str:
        """What `./run dvc` prints."""
        return self.run("python", "-m", "workflow.dvc", *arguments, fails=fails)

    def stale(self) -> set[str]:
        """The stages that DVC calls stale, each by its name in its file."""
        found = json.loads(self.dvc("status", "--json").splitlines()[-1])
        return {name.rpartition(":")[2] for name in found}

    def finished(self) -> set[str]:
        """The stages that are up to date, also while others run."""
        stages = Repo(self.folder).index.stages
        return {stage.name for stage in stages if not any(stage.changed_entries())}

    def to_run(self) -> set[str]:
        """The stages that Snakemake would run."""
        plan = self.run("snakemake", "--dry-run", "--printshellcmds", "all")
        return {name.split(":")[-1] for name in re.findall(r"repro --single-item (\S+)", plan)}

    def with_dependents(self, stages: set[str]) -> set[str]:
        """The stages, and all that depend on them."""
        # From a stage to those it depends on.
        graph = get_active_graph(Repo(self.folder).index.graph)
        found = {stage for stage in graph if stage.name in stages}
        while more := {by for stage in found for by in graph.predecessors(stage)} - found:
            found |= more
        return {stage.name for stage in found}

    def ran_since(self, moment: float) -> set[str]:
        """The stages whose commands have run in Snakemake's jobs since then."""
        logs = [path for path in self.folder.glob("logs/*.log") if path.stat().st_mtime >= moment]
        return {
            name.rpartition(":")[2]
            for log in logs
            for name in re.findall(r"Running stage '(.+)'", log.read_text())
        }

    def started(self, how: str = "") -> list[str]:
        """The commands of the stages that have started, by whatever tool or by hand, in order.

        With "-by-fork" those for which Python did not start anew.
        """
        path = Path(self.env["STARTED"] + how)
        return path.read_text().splitlines() if path.exists() else []

    def wait_for_start(self, command: str, run: subprocess.Popen[str]) -> None:
        """Return once the run has started the command of a stage."""
        while command not in self.started():
            assert run.poll() is None, run.communicate()[0]
            time.sleep(0.05)

    def outputs(self) -> dict[str, str]:
        """The MD5 of what the stages have left, by path, temporary files included.

        Less DVC's own, `.RANDOM.tmp`: a kill may leave one wherever DVC copies to.
        """
        files = (path for top in ("data", "results") for path in (self.folder / top).rglob("*"))
        return {
            str(path.relative_to(self.folder)): md5(path)
            for path in files
            if path.is_file() and path.suffix != ".tmp"
        }

    def kill_run(self, finished: int, whole_group: bool) -> None:
        """Kill -9 a run, or it and its jobs, once so many stages are in dvc.lock."""
        run = self.start("snakemake", "-j4", "all")
        while not (self.folder / "dvc.lock").exists() or len(self.lock["stages"]) < finished:
            assert run.poll() is None, run.communicate()[0]
            time.sleep(0.05)
        kill(run, whole_group)
