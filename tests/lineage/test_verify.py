from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import torch
from mini_project import Project
from safetensors.torch import save_file

from dtlens.lineage.verify import distance

MAKE = "make.py"


@pytest.fixture(scope="module")
def project(make_project: Callable[[], Project]) -> Project:
    project = make_project()
    project.repro(1)
    return project


def test_the_same_bytes_come_out_again(project: Project) -> None:
    printed = project.dtlens("verify")
    outputs = ["data", "results/trajectories/rtg_histogram.csv", "results/headline.json"]
    figures = [f"results/figures/rtg_histogram.{suffix}" for suffix in ("png", "svg")]
    assert sorted(printed.splitlines()) == sorted(
        f"{path}: same bytes" for path in (*outputs, *figures)
    )
    assert len(project.dtlens("verify", "figures").splitlines()) == 2
    assert project.dtlens("verify", "other", fails=True).startswith("error: other: no such stage")


def test_an_input_that_is_not_the_recorded_one_is_named(project: Project) -> None:
    table = project.folder / "results/trajectories/rtg_histogram.csv"
    table.write_text("edited")
    printed = project.dtlens("verify", "figures", fails=True)
    assert printed.startswith("error: results/trajectories/rtg_histogram.csv: not what dvc.lock")
    project.run("git", "checkout", "--quiet", ".")


def test_a_stage_that_is_not_deterministic_is_measured(
    make_project: Callable[[], Project],
) -> None:
    project = make_project()
    script = project.folder / MAKE
    script.write_text(script.read_text().replace("0.1,{seed / 100}", "0.1,{time.time()}"))
    script.write_text(script.read_text().replace("import json,", "import json, time,"))
    project.repro(1)
    printed = project.dtlens("verify", "numbers", fails=True)
    assert "data: same bytes" in printed
    assert "rtg_histogram.csv: other bytes, numbers up to" in printed
    assert "(steps, of size up to" in printed
    assert printed.endswith("error: 1 outputs differ from dvc.lock\n")


def test_an_undeclared_input_is_not_there(make_project: Callable[[], Project]) -> None:
    project = make_project()
    (project.folder / "more.txt").write_text("more")
    script = project.folder / MAKE
    script.write_text(script.read_text() + 'open("more.txt")\n')
    project.repro(1)
    printed = project.dtlens("verify", "numbers", fails=True)
    assert "error: numbers: `python make.py` failed: FileNotFoundError" in printed


def test_distances_worked_by_hand(tmp_path: Path) -> None:
    """0.5 on values up to 2 in one column; other files alike."""
    for name, change in (("old", 0.0), ("new", 0.5)):
        table = pd.DataFrame({"x": [1.0, 2.0], "y": [2.0, -1 - change], "kind": ["a", "b"]})
        table.to_csv(tmp_path / f"{name}.csv", index=False)
        table.to_parquet(tmp_path / f"{name}.parquet")
        save_file(
            {"x": torch.ones(2), "y": torch.tensor([2, -1 - change])},
            tmp_path / f"{name}.safetensors",
        )
        (tmp_path / f"{name}.svg").write_text(f'<path d="M 2 {-1 - change}"/>')
    for suffix, what in ((".csv", "y"), (".parquet", "y"), (".safetensors", "y"), (".svg", "text")):
        said = distance(*(tmp_path / f"{name}{suffix}" for name in ("old", "new")))
        assert said == f"numbers up to 0.5 apart ({what}, of size up to 2)"
    (tmp_path / "new.csv").write_text("x\n1\n")
    assert distance(tmp_path / "old.csv", tmp_path / "new.csv") == "of another shape"
