"""What a user can cause ends a stage in one line."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CELL, DATA = "1L-128d-2h-1k-index-ours-r1-ours-s1", "data/trajectories/ours-r1.parquet"


@pytest.mark.parametrize(
    ("stage", "file", "content"),
    [
        (["play.calibrate", CELL, "500"], f"data/dt/{CELL}.safetensors", None),
        (["play.calibrate", CELL, "500"], f"data/dt/{CELL}.safetensors", b"\x10\x00\x00"),
        (
            ["model.train", CELL, "1024"],
            "data/trajectories/ours-r1.parquet",
            b"PAR1 cut short",
        ),
        (["report.figures.of_study"], "results/roles.csv", None),
    ],
)
def test_a_bad_file_is_one_line_that_names_it(tmp_path, stage, file, content):
    shutil.copy(ROOT / "params.yaml", tmp_path)
    if content:
        (tmp_path / file).parent.mkdir(parents=True)
        (tmp_path / file).write_bytes(content)
    name, *arguments = stage
    command = [sys.executable, "-m", f"dtlens.{name}", *arguments]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"error: {file}: ")


def test_a_name_that_is_no_cell_is_one_line(tmp_path):
    shutil.copy(ROOT / "params.yaml", tmp_path)
    (tmp_path / "data").mkdir()
    command = [sys.executable, "-m", "dtlens.model.train", "the big one", "1"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("error: ")
