"""What a user can cause ends a stage in one line."""

import shutil
import sys
from importlib import import_module
from pathlib import Path

from dtlens.base.stage import run

import pytest

ROOT = Path(__file__).parents[2]
CELL, DATA = "1L-128d-2h-1k-index-ours-r1-ours-s1", "data/trajectories/ours-r1.parquet"


def said(monkeypatch, capfd, folder, name, *arguments):
    """How a stage's entry ends in a folder with the settings alone; nothing else is said."""
    for settings in ("params.yaml", "models.yaml"):
        shutil.copy(ROOT / settings, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", [name, *arguments])
    with pytest.raises(SystemExit) as ended:
        run(import_module(f"dtlens.{name}").main)
    assert capfd.readouterr() == ("", "")
    return str(ended.value)


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
        (["report.figures.of_study"], "results/measures.csv", None),
    ],
)
def test_a_bad_file_is_one_line_that_names_it(monkeypatch, capfd, tmp_path, stage, file, content):
    if content:
        (tmp_path / file).parent.mkdir(parents=True)
        (tmp_path / file).write_bytes(content)
    line = said(monkeypatch, capfd, tmp_path, *stage)
    assert line.startswith(f"error: {file}: ") and "\n" not in line


def test_a_name_that_is_no_cell_is_one_line(monkeypatch, capfd, tmp_path):
    line = said(monkeypatch, capfd, tmp_path, "model.train", "the big one", "1")
    assert line.startswith("error: the big one is no cell") and "\n" not in line
