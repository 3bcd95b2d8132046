import json
from collections.abc import Callable
from math import nan
from typing import Any

import pytest
import yaml
from mini_project import MAKE, Project

from dtlens.lineage.diff import State, differs, figures, has_moved
from dtlens.lineage.locks import Lock
from dtlens.lineage.stages import stages


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


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        (1.0, nan, True),
        (1.0, None, True),  # vanished
        (None, nan, True),
        (nan, nan, False),
        (1, 1.0, False),
        (interval(1, 0, 2), None, True),
        (interval(1, 0, 2), interval(nan, nan, nan), True),
        (interval(nan, nan, nan), interval(1, 0, 2), True),
        (interval(nan, nan, nan), interval(nan, nan, nan), False),
        (interval(1, nan, nan), interval(9, nan, nan), True),  # nothing says it is noise
        (interval(1, 0, 2), interval(1.1, 0, 2), False),
    ],
)
def test_a_number_that_vanished_or_is_none_any_more_is_a_change(old, new, changed):
    assert differs(old, new) is changed
    assert differs(new, old) is changed


def lock(**made: list[str]) -> Lock:
    """Of stages, each with the paths it makes; "PATH=BYTES" where the bytes are another path's."""
    recorded = {}
    for name, outputs in made.items():
        pairs = [(out.partition("=")[0], out.rpartition("=")[2]) for out in outputs]
        outs = [{"path": path, "md5": f"of {same}", "size": 1} for path, same in pairs]
        recorded[name.replace("__", "@")] = {"cmd": name.partition("__")[0], "outs": outs}
    return Lock(yaml.safe_dump({"stages": recorded}, sort_keys=False))


def test_stages_that_are_no_more_are_a_line_each() -> None:
    old = lock(
        ablate__s1=["a1"],
        ablate__s2=["a2"],
        draw_a__s1=["f1"],
        draw_b=["f2"],
        suite=["c", "d"],
        dropped=["x"],
        play__s1=["p1"],
        play__s2=["p2"],
        same=["s"],
    )
    new = lock(
        behaviour__s1=["a1"],
        behaviour__s2=["a2"],
        draw=["f1", "f2"],
        circuits=["c"],
        maps=["d"],
        play__s2=["p2"],
        play__s3=["p3"],
        same=["s"],
        fresh=["y"],
    )
    assert [tuple(row) for row in stages(old, new).to_numpy()] == [
        ("ablate", 2, "renamed behaviour"),
        ("draw_a", 1, "merged into draw"),
        ("draw_b", 1, "merged into draw"),
        ("suite", 1, "split into circuits, maps"),
        ("dropped", 1, "gone"),
        ("play", 2, "1 gone, 1 new"),
        ("fresh", 1, "new"),
    ]
    assert stages(new, new).empty


def test_a_stage_merged_into_one_that_was_there_or_that_moved_its_outputs() -> None:
    old = lock(measure=["m"], judge=["j"], moved=["old place"])
    new = lock(judge=["m", "j"], move=["new place=old place"])
    assert [tuple(row) for row in stages(old, new).to_numpy()] == [
        ("measure", 1, "merged into judge"),
        ("judge", 1, "outputs"),
        ("moved", 1, "renamed move"),
    ]


def test_figures_of_the_cells_of_a_stage_are_a_line() -> None:
    paths = {name: f"results/figures/{name}/scan" for name in ("s1", "s2", "s3")}
    old = lock(
        draw__s1=[f"{paths['s1']}.svg", f"{paths['s1']}.png"], one=["results/figures/grid.svg"]
    )
    new = lock(**{f"draw__{name}": [f"{path}.svg", f"{path}.png"] for name, path in paths.items()})
    changed = figures(*(State({}, {}, stages, b"") for stages in (old, new)))
    assert [tuple(row) for row in changed.to_numpy()] == [("*/scan", 2), ("grid", 1)]


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
    assert project.dtlens("diff", new).count("None.") == 5

    script = project.folder / "make.py"
    script.write_text(MAKE + "# changed\n")
    project.run("dvc", "repro", "--quiet")
    printed = project.dtlens("diff", "HEAD")
    assert "numbers  1        code" in printed
    assert printed.count("None.") == 4
    project.commit()


def test_changed_verdicts_come_first(project: Project) -> None:
    metrics = project.folder / "results/headline.json"
    recorded = json.loads(metrics.read_text())
    table = project.folder / "results/readings.csv"

    def write(*rows: tuple[int, str, str, str]) -> None:
        lines = [",".join(map(str, row)) + "\n" for row in rows]
        table.write_text("claim,measure,reading,index\n" + "".join(lines))

    write((2, "a", "comes back", "6 of 6"), (10, "b", "sometimes", "0 of 6"))
    metrics.write_text(json.dumps(recorded | {"gone": 1.5, "none": 2.5, "still none": nan}))
    project.commit()
    write(
        (2, "a", "sometimes", "6 of 6"),
        (3, "c", "comes back", "-"),
        (10, "b", "sometimes", "1 of 6"),
    )
    metrics.write_text(json.dumps(recorded | {"none": nan, "still none": nan}))
    first, second, *_ = project.dtlens("diff", "HEAD", "--markdown").split("###")[1:]
    assert first.split("\n") == [
        " Claims with another reading",
        "",
        "| claim   | of      | before     | after      |",
        "|---------|---------|------------|------------|",
        "| 2 a     | reading | comes back | sometimes  |",
        "| 10 b    | index   | 0 of 6     | 1 of 6     |",
        "| 3 c     | reading | -          | comes back |",
        "| 3 c     | index   | -          | -          |",
        "",
        "",
    ]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in second.split("\n")[4:-2]]
    assert rows == [["gone", "1.5", "-"], ["none", "2.5", "nan"]]
    metrics.write_text('{"none": ')
    printed = project.dtlens("diff", "HEAD", fails=True)
    assert printed.startswith("error: results/headline.json: damaged: ")
    assert printed.count("\n") == 1
    project.run("git", "checkout", "--quiet", ".")


def test_parameters_are_those_that_dvc_calls_changed(project: Project) -> None:
    params = project.folder / "params.yaml"
    before: dict[str, Any] = {
        "seed": 4,
        "kept": [1, {"a": 2}],
        "play": {"moved": 0.5, "gone": "x", "nothing": None, "empty": {}},
        "list": [1],
        "words": {"value": "a", "low": "b", "high": "c"},
        0.9: "a name",
    }
    params.write_text(yaml.safe_dump(before) + "rate: 1e-3\nanswer: yes\n")
    project.commit()
    after = before | {
        "moved": 0.5,
        "play": {"seed": 1, "added": None},
        "list": [1.0],
        "words": {"value": "a", "low": "b", "high": "d"},
    }
    params.write_text(yaml.safe_dump(after) + "rate: 0.001\nanswer: 'yes'\n")
    dvc = json.loads(project.run("dvc", "params", "diff", "--json"))["params.yaml"]
    assert {"moved", "play.moved", "play.seed", "words.high", "list"} <= dvc.keys()
    printed = project.dtlens("diff", "HEAD", "--markdown")
    section = printed.partition("### Parameters\n\n")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in section.split("\n")[2:]]
    assert [name for name, _, _ in rows] == sorted(dvc)
    assert ["play.moved", "0.5", "-"] in rows
    assert ["list", "[1]", "[1.0]"] in rows
    project.run("git", "checkout", "--quiet", ".")


def test_an_unknown_revision_is_one_line(project: Project) -> None:
    printed = project.dtlens("diff", "nowhere", fails=True)
    assert printed == "error: nowhere: no such revision, or no params.yaml in it\n"
