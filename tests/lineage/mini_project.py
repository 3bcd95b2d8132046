"""A project of a few small stages in a git repository, whose files have a history."""

import json
import shutil
import sys
from copy import copy
from pathlib import Path
from typing import Self

from sandbox import Sandbox

ROOT = Path(__file__).parents[2]
PIPELINE = """
stages:
  numbers:
    cmd: python make.py
    deps: [make.py]
    params: [seed]
    outs: [data]
    plots: [results/trajectories/rtg_histogram.csv: {cache: false}]
    metrics: [results/headline.json: {cache: false}]
  figures:
    cmd: python -m draw
    deps: [draw.py, data, results/trajectories/rtg_histogram.csv]
    plots:
      - results/figures/rtg_histogram.png: {cache: false}
      - results/figures/rtg_histogram.svg: {cache: false}
"""
MAKE = """
import json, pathlib, yaml
seed = yaml.safe_load(open("params.yaml"))["seed"]
for folder in ("data", "results/trajectories"):
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
pathlib.Path("data/b.txt").write_text(f"{seed}")
pathlib.Path("data/a.txt").write_text("a")
rows = [f"{rtg / 20 - 0.025},{rtg / 20 + 0.025},0.1,{seed / 100}" for rtg in range(-20, 21)]
table = "\\n".join(["low,high,episodes,steps", *rows, ""])
pathlib.Path("results/trajectories/rtg_histogram.csv").write_text(table)
around = {"value": seed, "low": seed - 1, "high": seed + 1}
metrics = {"sharp": around, "vague": around | {"low": seed - 9}, "episodes": 10}
pathlib.Path("results/headline.json").write_text(json.dumps(metrics))
"""
DRAW = """
from pathlib import Path
from dtlens.base.files import read_csv
from dtlens.base.stage import run
from dtlens.report.figures.agents import draw_returns
from dtlens.report.figures.style import new_figure, save

def main() -> None:
    table = read_csv(Path("results/trajectories/rtg_histogram.csv"))
    figure, (axes,) = new_figure(1, 1, 4, 3)
    draw_returns([table], axes)
    save(figure, Path("results/figures/rtg_histogram"))

run(main)
"""


class Project(Sandbox):
    """A small pipeline in a git repository: a script, then a stage that draws a real figure."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        folder.mkdir()
        self.run("git", "init", "--quiet", "--initial-branch", "main")
        self.run("dvc", "init", "--quiet")
        (folder / "src").mkdir()
        shutil.copy(ROOT / ".dvcignore", folder)
        (folder / "make.py").write_text(MAKE)
        (folder / "draw.py").write_text(DRAW)
        (folder / "dvc.yaml").write_text(PIPELINE)

    def dtlens(self, *arguments: str, fails: bool = False) -> str:
        call = "import sys; from dtlens.cli import app; sys.argv[0] = 'dtlens'; app()"
        return self.run(sys.executable, "-c", call, *arguments, fails=fails)

    def at(self, folder: Path) -> Self:
        """The same tools in another folder."""
        other = copy(self)
        other.folder = folder
        return other

    def clone(self, folder: Path) -> Self:
        self.run("git", "clone", "--quiet", ".", str(folder))
        return self.at(folder)

    def repro(self, seed: int) -> str:
        """Run the pipeline with this seed and commit; the commit."""
        (self.folder / "params.yaml").write_text(json.dumps({"seed": seed}))
        self.run("dvc", "repro", "--quiet")
        self.commit(f"seed {seed}")
        return self.run("git", "rev-parse", "HEAD").strip()
