from collections.abc import Callable

import pytest

from conftest import MAKE, Project
from dtlens.lineage.diff import has_moved


def interval(value: float, low: float, high: float) -> dict[str, float]:
    return {"value": value, "low": low, "high": high}


@pytest.mark.parametrize(
    ("old", "new", "moved"),
    [
        # 5 apart; the facing half-widths 3 and 4 make 5, the others do not matter.
        (interval(0, -9, 3), interval(5.01, 1.01, 99), True),
        (interval(0, -9, 3), interval(4.99, 0.99, 99), False),
        (interval(5.01, 2.01, 9), interval(0, -9, 4), True),
        (interval(1, 1, 1), interval(1, 1, 1), False),
    ],
)
def test_a_number_has_moved_if_the_interval_of_the_difference_leaves_out_0(old, new, moved):
    assert has_moved(old, new) is moved


@pytest.fixture(scope="module")
def project(make_project: Callable[[], Project]) -> Project:
    return make_project()


def test_what_changed_between_commits_and_to_the_working_folder(project: Project) -> None:
    old, new = project.repro(1), project.repro(4)
    printed = project.dtlens("diff", old, new, "--markdown")
    # 3 apart: half-widths 1 and 1 are too few to explain it, 1 and 9 are enough.
    assert "| sharp    | 1 [0, 2] | 4 [3, 5] |" in printed
    assert "vague" not in printed
    assert "episodes" not in printed
    assert "| seed        | 1        | 4       |" in printed
    assert "| numbers | 1       | outputs, params |" in printed
    assert "| figures | 1       | inputs, outputs |" in printed
    assert "| rtg_histogram |" in printed
    assert project.dtlens("diff", new).count("None.") == 4

    script = project.folder / "make.py"
    script.write_text(MAKE + "# changed\n")
    project.run("dvc", "repro", "--quiet")
    printed = project.dtlens("diff", "HEAD")
    assert "numbers  1        code" in printed
    assert printed.count("None.") == 3


def test_an_unknown_revision_is_one_line(project: Project) -> None:
    printed = project.dtlens("diff", "nowhere", fails=True)
    assert printed == "error: nowhere: no such revision, or no results/metrics.json in it\n"
