"""Where a run's time went, from benchmark files as Snakemake writes them."""

from pathlib import Path

import pytest

from benchmarks.times import by_cell, by_stage, job_times
from dtlens.base.errors import UserError

HEADER = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time\n"


def benchmark(logs: Path, job: str, seconds: float) -> None:
    row = f"{seconds}\t0:00:10\t1\t1\t1\t1\t0\t0\t99\t{seconds - 1}\n"
    (logs / f"{job}.tsv").write_text(HEADER + row)


def test_times_by_stage_and_cell(tmp_path: Path) -> None:
    benchmark(tmp_path, "agents", 40)
    benchmark(tmp_path, "train@a", 20)
    benchmark(tmp_path, "train@b", 60)
    benchmark(tmp_path, "grid", 5)
    for cell, predictions in (("a", 1000), ("b", 1200)):
        (tmp_path / cell).mkdir()
        (tmp_path / cell / "training.csv").write_text(f"step,predictions\n1,7\n2,{predictions}\n")
    jobs = job_times(tmp_path)
    stages = by_stage(jobs)
    assert stages.index.tolist() == ["train", "agents", "grid"]
    assert stages.loc["train"].tolist() == [2, 80, 60, 80 / 125]
    cells = by_cell(jobs, tmp_path)
    assert cells["predictions_per_second"].to_dict() == {"a": 50, "b": 20}


def test_a_run_without_benchmarks_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no benchmark files"):
        job_times(tmp_path)
