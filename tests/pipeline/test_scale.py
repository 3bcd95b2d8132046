"""The generated grid is a pipeline in which all is done, so that its plan is that of a real one."""

from pathlib import Path

import pytest
from copies import ROOT, Copy

from benchmarks.scale import FIRST, LIKE, make_grid


def test_a_generated_grid_is_recorded_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    grid = Copy(tmp_path / "grid")
    grid.folder.mkdir()
    stages = make_grid(grid.folder, 3)
    cells = {FIRST.replace("s0", f"s{seed}") for seed in range(3)}
    recorded = grid.lock["stages"]
    assert len(recorded) == stages
    of_grid = {f"{stage}@{cell}" for stage in ("train", "calibrate") for cell in cells}
    assert {name for name in recorded if LIKE.format("") in name} == of_grid
    assert grid.stale() == grid.to_run() == set()
