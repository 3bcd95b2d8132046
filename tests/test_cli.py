"""The command as users run it."""

import subprocess
import sys

import torch

from dtlens.model import load_checkpoint
from test_study import study_state


def run(*arguments):
    command = [sys.executable, "-c", "from dtlens.cli import app; app()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


def test_import_writes_our_checkpoint(tmp_path):
    torch.save(study_state(), tmp_path / "study.pt")
    ended = run("import", tmp_path / "study.pt", tmp_path / "new/ours.safetensors")
    assert (ended.returncode, ended.stdout.count("\n")) == (0, 1)
    assert "1L-8d-2h-1k-index-s0" in ended.stdout
    model = load_checkpoint(tmp_path / "new/ours.safetensors")
    torch.testing.assert_close(model.W_U.T, study_state()["action_predictor.weight"])


def test_errors_are_one_line(tmp_path):
    ended = run("import", tmp_path / "none.pt", tmp_path / "ours.safetensors")
    assert ended.returncode == 1
    assert ended.stderr == f"error: {tmp_path}/none.pt: no such file\n"
    torch.save(study_state(), tmp_path / "study.pt")
    ended = run("import", tmp_path / "study.pt", tmp_path)  # a folder
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"error: {tmp_path}: cannot be written: ")
    assert ended.stderr.count("\n") == 1


def test_starting_loads_nothing_heavy():
    code = "import sys, dtlens.cli; print({'torch', 'numpy', 'pandas'} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.stdout == "set()\n"
