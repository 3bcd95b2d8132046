"""What the documents say of the library is what it does."""

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import dtlens
from dtlens.library.reference import definition, methods, reference, said
from dtlens.model.transformer import save_checkpoint
from models import random_model
from small_params import write_small_params

ROOT = Path(__file__).parents[2]
(TEN,), (MORE,) = (
    re.findall(r"```python\n(.*?)```", (ROOT / file).read_text(), re.DOTALL)
    for file in ("README.md", "docs/library.md")
)


def prepare(folder):
    """Where the model of the lines is not pulled, one of its name, with small settings."""
    (name,) = re.findall(r'load\("(.+)"\)', TEN)
    if not (ROOT / f"data/dt/{name}.safetensors").exists():
        write_small_params(folder)
        save_checkpoint(folder / f"data/dt/{name}.safetensors", random_model(1, 1, "index"))


def test_the_ten_lines_run_as_they_stand(tmp_path):
    prepare(tmp_path)
    assert len([line for line in TEN.splitlines() if line]) == 10
    ended = subprocess.run(
        [sys.executable, "-c", TEN + MORE + "print(logits.shape)"],
        cwd=tmp_path,
        env=os.environ | {"MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    assert "a Decision Transformer of 1 layer" in ended.stdout
    assert "RTG 0.9, t = 10" in ended.stdout and "torch.Size([1, 1, 3])" in ended.stdout
    assert (tmp_path / "ablated.png").read_bytes().startswith(b"\x89PNG")


def test_the_reference_is_current():
    assert (ROOT / "docs/api.md").read_text() == reference(), "run python -m dtlens.library"


@pytest.mark.parametrize("name", dtlens.__all__)
def test_the_reference_is_complete(name):
    """Every name and method is said something of, and every argument of a function is named."""
    assert f"\n## {name}\n" in reference()
    node = definition(name)
    for each in [node, *methods(node)]:
        assert len(said(each)) > 20, each.name
    if inspect.isfunction(value := getattr(dtlens, name)):
        for argument in inspect.signature(value).parameters:
            assert f"`{argument}`" in said(node), argument
