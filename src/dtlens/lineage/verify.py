"""Run stages again, in a scratch folder, and compare what they make with dvc.lock.

On one kind of processor the same commit and parameters give the same bytes. Another one, with other
vector instructions, may round differently: then what counts is how far the numbers are apart.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from dtlens.base.errors import UserError
from dtlens.lineage.history import History
from dtlens.lineage.locks import Entry, Stage, group
from dtlens.lineage.trace import content

NUMBER = re.compile(rb"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
Numbers = dict[str, Float[np.ndarray, " ..."]]


class Verdict(NamedTuple):
    """How one output came out again."""

    path: str
    same: bool
    difference: str  # in words; empty if the bytes are the same


def chosen(history: History, names: list[str]) -> list[Stage]:
    """The stages of those names; a matrix stage's own name means all its cells, none all stages."""
    for name in names:
        if not any(name in (known, group(known)) for known in history.lock):
            raise UserError(f"{name}: no such stage in dvc.lock; see `dvc stage list`")
    wanted = (n for n in history.lock if not names or {n, group(n)} & set(names))
    return [history.lock[name] for name in wanted]


def verify(names: list[str]) -> Iterator[Verdict]:
    """Run the stages again on the inputs that dvc.lock records; how each output came out.

    A scratch folder holds the source, params.yaml and the stage's own inputs, nothing else. Raises
    `UserError` if an input is not what dvc.lock records, or the command fails.
    """
    history = History()
    for stage in chosen(history, names):
        with TemporaryDirectory(prefix="dtlens-verify-") as scratch:
            lay_out(history.root, stage, Path(scratch))
            run_again(stage, Path(scratch))
            for out in stage.outputs:
                yield judge(history.root, out, Path(scratch))


def lay_out(root: Path, stage: Stage, scratch: Path) -> None:
    shutil.copytree(root / "src", scratch / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "params.yaml", scratch)
    for entry in stage.inputs:
        source, target = root / entry.path, scratch / entry.path
        if not source.exists() or content(source) != entry.md5:
            raise UserError(
                f"{entry.path}: not what dvc.lock records for {stage.name};"
                " `dvc pull` or `dvc repro` brings it"
            )
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, target)


def run_again(stage: Stage, scratch: Path) -> None:
    _, *arguments = shlex.split(stage.command)
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=scratch,
        env=os.environ | {"PYTHONPATH": str(scratch / "src"), "TQDM_DISABLE": "1"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise UserError(f"{stage.name}: `{stage.command}` failed: {last}")


def judge(root: Path, out: Entry, scratch: Path) -> Verdict:
    if content(scratch / out.path) == out.md5:
        return Verdict(out.path, True, "")
    recorded = root / out.path
    if not recorded.exists() or content(recorded) != out.md5:
        return Verdict(out.path, False, "and the recorded file is not here to compare with")
    return Verdict(out.path, False, distance(recorded, scratch / out.path))


def distance(old: Path, new: Path) -> str:
    """In words, how far apart two versions of an output are."""
    before, after = numbers(old), numbers(new)
    if {k: v.shape for k, v in before.items()} != {k: v.shape for k, v in after.items()}:
        return "of another shape"
    worst = {
        name: float(np.nanmax(np.abs(before[name] - after[name]), initial=0)) for name in before
    }
    name = max(worst, key=lambda key: worst[key])
    scale = float(np.nanmax(np.abs(before[name]), initial=0))
    return f"numbers up to {worst[name]:.2g} apart ({name}, of size up to {scale:.2g})"


def numbers(path: Path) -> Numbers:
    """All numbers in an output, by what they are; what is not a number is left out."""
    if path.suffix == ".safetensors":
        from safetensors.numpy import load_file

        return {name: array.astype(float) for name, array in load_file(path).items()}
    if path.suffix in (".csv", ".parquet"):
        import pandas as pd

        table = pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
        columns = table.select_dtypes(["number", "bool"])
        return {str(name): columns[name].to_numpy(float) for name in columns}
    if path.suffix == ".png":
        from PIL import Image

        with Image.open(path) as image:
            return {"pixels": np.asarray(image, float)}
    return {"text": np.array(NUMBER.findall(path.read_bytes()), float)}
