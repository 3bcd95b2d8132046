"""What Snakemake's own commands say of a project whose outputs came by DVC."""

import base64
import re
from collections.abc import Callable

import pytest
from copies import ROOT, SCENES, Copy
from dvc.repo import Repo
from dvc.stage import PipelineStage

from workflow.rules import shown

DOT = (  # a PNG
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    "WjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def fresh(make_copy: Callable[[], Copy]) -> Copy:
    return make_copy()


@pytest.fixture(scope="module")
def drawn(fresh: Copy) -> tuple[Copy, set[str]]:
    """With a dot in the place of every figure and of the report; and the figures' paths."""
    stages = Repo(fresh.folder).index.stages
    outs = {out.def_path for s in stages if isinstance(s, PipelineStage) for out in s.outs}
    figures = {out for out in outs if out.startswith("results/figures/") and out.endswith(".png")}
    for out in (*figures, "results/claims.md"):
        (fresh.folder / out).parent.mkdir(parents=True, exist_ok=True)
        (fresh.folder / out).write_bytes(base64.b64decode(DOT))
    return fresh, figures


def test_what_dvc_made_needs_no_record_of_snakemakes(fresh: Copy) -> None:
    fresh.dvc("repro", "--single-item", "scenes")
    planned = fresh.run("snakemake", "--dry-run", SCENES)
    assert "Nothing to be done" in planned
    assert "metadata" not in planned


def test_the_linter_knows_but_the_one_reason_that_the_snakefile_gives(fresh: Copy) -> None:
    said = fresh.run("snakemake", "--lint", fails=True)
    titles = {line.strip() for line in said.splitlines() if line.startswith("    * ")}
    assert titles == {"* Specify a conda environment or container for each rule.:"}


def test_the_report_holds_every_figure_and_the_claims(
    drawn: tuple[Copy, set[str]],
) -> None:
    fresh, wanted = drawn
    said = fresh.run("snakemake", "--report", "report.html", "all")
    assert "Missing metadata" not in said
    report = (fresh.folder / "report.html").read_text()
    assert all(path in report for path in wanted)
    assert "dtlens trace" in report
    assert report.count(DOT) == len(wanted) + 1


def test_plots_are_a_few_figures_that_need_no_network(drawn: tuple[Copy, set[str]]) -> None:
    fresh, figures = drawn
    fresh.dvc("plots", "show")
    page = (fresh.folder / "dvc_plots/index.html").read_text()
    shown = re.findall(r"<p>(results/.+)</p>", page)
    images = re.findall(r'<img src="(.+?)"', page)
    assert set(shown) <= figures and 6 <= len(shown) == len(images) <= 10
    assert all((fresh.folder / "dvc_plots" / image).exists() for image in images)
    assert "http" not in page


def test_experiments_are_shown_by_what_they_change(fresh: Copy) -> None:
    (drop,) = re.findall(r"exp show --only-changed --drop '(.+)'", (ROOT / "README.md").read_text())
    fresh.change({"scenes": {"seed": 2}})
    shown = fresh.dvc("exp", "show", "--csv", "--only-changed", "--drop", drop)
    fresh.run("git", "checkout", "--quiet", "params.yaml")
    (header,) = (line.split(",") for line in shown.splitlines() if "Created" in line)
    assert header[-1] == "scenes.seed" and len(header) < 10, shown


def test_figures_alone_are_flagged_for_the_report() -> None:
    flag = shown("results/figures/calibration.png").flags["report"]
    assert (flag.category, flag.labels["figure"]) == ("Figures", "calibration")
    for path in ("results/figures/grid.svg", "results/grid.csv", "data/a.png"):
        assert shown(path) == path and not hasattr(shown(path), "flags")
