"""The tour, in a clone with what it pulls, says what it says here."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
TOUR = ROOT / "notebooks/tour.ipynb"


def texts(notebook):
    """What each cell of code shows, as lines of words and numbers."""
    shown = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            outputs = [out for out in cell.outputs if out.get("name") != "stderr"]
            text = [out.get("text") or out["data"]["text/plain"] for out in outputs]
            shown.append(re.split(r"\s+", " ".join(text).strip()))
    return shown


def test_the_tour_runs_in_a_pulled_clone_and_shows_what_is_kept_of_it(tmp_path):
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--shared", ROOT, clone], check=True)
    names = sorted(set(re.findall(r"1L-128d-[\w-]+-s\d", TOUR.read_text())))
    assert len(names) == 4
    pulled = ["data/scenes.parquet", *(f"data/dt/{name}.safetensors" for name in names)]
    environment = os.environ | {"PYTHONPATH": str(clone), "DVC_NO_ANALYTICS": "1"}
    subprocess.run(
        [sys.executable, "-m", "workflow.dvc", "pull", "--quiet", *pulled],
        cwd=clone,
        env=environment,
        check=True,
    )
    tour = nbformat.read(TOUR, 4)
    kept = texts(tour)
    resources = {"metadata": {"path": str(clone / "notebooks")}}
    NotebookClient(tour, timeout=300, kernel_name="python3", resources=resources).execute()
    for before, after in zip(kept, texts(tour), strict=True):
        assert len(before) == len(after)
        for old, new in zip(before, after, strict=True):
            if re.fullmatch(r"-?\d+\.\d+", old):  # elsewhere a game may go otherwise
                assert abs(float(old) - float(new)) <= 0.05 + 0.02 * abs(float(old)), (old, new)
            else:
                assert old == new
