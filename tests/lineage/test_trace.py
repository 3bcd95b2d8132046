import hashlib
import json
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Project

FIGURE = "results/figures/rtg_histogram"


@pytest.fixture(scope="module")
def project(make_project: Callable[[], Project]) -> Project:
    return make_project()


@pytest.fixture(scope="module")
def commits(project: Project) -> tuple[str, str]:
    return project.repro(1), project.repro(2)


def stages(report: dict) -> dict[str, dict]:
    return {stage["stage"]: stage for stage in report["stages"]}


def test_the_chain_goes_from_the_figure_to_the_parameters(
    project: Project, commits: tuple[str, str]
) -> None:
    report = json.loads(project.dtlens("trace", f"{FIGURE}.svg", "--json"))
    assert report["file"] == f"{FIGURE}.svg"
    assert list(stages(report)) == ["figures", "numbers"]
    numbers = stages(report)["numbers"]
    assert numbers["command"] == "python make.py"
    assert numbers["params"] == {"seed": 2}
    (script,) = numbers["inputs"]
    assert script["md5"] == hashlib.md5((project.folder / "make.py").read_bytes()).hexdigest()
    assert (script["introduced"], script["made_by"]) == (commits[0], [])
    outputs = {entry["path"]: entry for entry in numbers["outputs"]}
    assert outputs["data"]["md5"].endswith(".dir")
    assert {entry["introduced"] for entry in outputs.values()} == {commits[1]}
    made_by = {entry["path"]: entry["made_by"] for entry in stages(report)["figures"]["inputs"]}
    table = "results/trajectories/rtg_histogram.csv"
    assert made_by == {"draw.py": [], "data": ["numbers"], table: ["numbers"]}
    every = [e for stage in report["stages"] for e in (*stage["inputs"], *stage["outputs"])]
    assert {entry["on_disk"] for entry in every} == {"matches"}


def test_what_dvc_ignores_in_a_folder_is_no_change(
    project: Project, commits: tuple[str, str]
) -> None:
    left = [project.folder / name for name in ("data/__pycache__/a.pyc", "data/.a.txt.7.part")]
    for file in left:
        file.parent.mkdir(exist_ok=True)
        file.write_text("left over")
    assert json.loads(project.run("dvc", "status", "--json")) == {}
    report = json.loads(project.dtlens("trace", f"{FIGURE}.svg", "--json"))
    outputs = {entry["path"]: entry for entry in stages(report)["numbers"]["outputs"]}
    assert outputs["data"]["on_disk"] == "matches"
    for file in left:
        file.unlink()


def test_what_changed_on_disk_is_seen(project: Project, commits: tuple[str, str]) -> None:
    (project.folder / "data/b.txt").write_text("edited")
    (project.folder / "results/metrics.json").unlink()
    printed = project.dtlens("trace", f"{FIGURE}.svg")
    assert re.search(r"data  \w{8}  differs", printed)
    assert re.search(r"results/metrics.json  \w{8}  missing", printed)
    assert "<- 1 of 1 source files match" in printed
    project.run("git", "checkout", "--quiet", ".")
    project.run("dvc", "checkout", "--quiet", "--force")
    assert "differs" not in project.dtlens("trace", f"{FIGURE}.svg")


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_a_copy_leads_to_its_commit(
    project: Project, commits: tuple[str, str], tmp_path: Path, suffix: str
) -> None:
    old, new = (tmp_path / f"{name}{suffix}" for name in ("from a talk", "read first"))
    project.run("git", "checkout", "--quiet", commits[0])
    shutil.copy(project.folder / f"{FIGURE}{suffix}", old)
    project.run("git", "checkout", "--quiet", "main")
    shutil.copy(project.folder / f"{FIGURE}{suffix}", new)
    report = json.loads(project.dtlens("trace", str(old), "--json"))
    assert (report["commit"], report["file"]) == (commits[0], f"{FIGURE}{suffix}")
    assert stages(report)["numbers"]["params"] == {"seed": 1}
    assert json.loads(project.dtlens("trace", str(new), "--json"))["commit"] is None


def test_a_changed_copy_is_known_by_its_stamp(
    project: Project, commits: tuple[str, str], tmp_path: Path
) -> None:
    copy = tmp_path / "edited.svg"
    project.run("git", "checkout", "--quiet", commits[0])
    text = (project.folder / f"{FIGURE}.svg").read_text()
    project.run("git", "checkout", "--quiet", "main")
    copy.write_text(text.replace("</svg>", "<!-- mine --></svg>"))
    report = json.loads(project.dtlens("trace", str(copy), "--json"))
    assert report["recognised"].startswith("changed since, but stamped as made by the pipeline")
    assert report["commit"] == commits[0]


def test_a_stamp_is_looked_up_and_never_opened(
    project: Project, commits: tuple[str, str], tmp_path: Path
) -> None:
    """One that names a file outside, with its true content, finds no stage."""
    secret, copy = tmp_path / "secret", tmp_path / "foreign.svg"
    secret.write_text("x")
    text = (project.folder / f"{FIGURE}.svg").read_text()
    copy.write_text(text.replace("results/trajectories/rtg_histogram.csv", str(secret)))
    assert "no commit's pipeline made it" in project.dtlens("trace", str(copy), fails=True)


@pytest.mark.parametrize("content", [b"", b"<svg>", b"\x89PNG"])
def test_a_file_of_no_commit_is_one_line(
    project: Project, commits: tuple[str, str], tmp_path: Path, content: bytes
) -> None:
    foreign = tmp_path / "foreign.svg"
    foreign.write_bytes(content)
    printed = project.dtlens("trace", str(foreign), fails=True)
    assert printed.startswith(f"error: {foreign}: no commit's pipeline made it")
    assert printed.count("\n") == 1
    printed = project.dtlens("trace", "absent.svg", fails=True)
    assert printed == "error: absent.svg: no such file, nor an output of a stage in dvc.lock\n"


def test_the_graph_is_drawn(project: Project, commits: tuple[str, str], tmp_path: Path) -> None:
    project.dtlens("trace", f"{FIGURE}.png", "--graph", str(tmp_path / "chain"))
    drawn = (tmp_path / "chain.svg").read_text()
    assert "<!-- numbers -->" in drawn
    assert "<!-- figures -->" in drawn


def test_two_hundred_stages_take_two_seconds(
    make_project: Callable[[], Project],
) -> None:
    """A chain of 200 stages with 25 inputs each, in five commits."""
    project = make_project()
    project.repro(1)
    lock = project.folder / "dvc.lock"
    for commit in range(5):
        entry = "    - path: {}\n      hash: md5\n      md5: {}\n      size: 1\n"
        text = "schema: '2.0'\nstages:\n"
        for i in range(200):
            hashes = [hashlib.md5(f"{commit} {i} {k}".encode()).hexdigest() for k in range(26)]
            deps = [f"results/{i - 1}.csv", *(f"src/{k}.py" for k in range(24))]
            text += f"  stage{i}:\n    cmd: python stage.py {i}\n    deps:\n"
            text += "".join(map(entry.format, deps, hashes))
            text += "    outs:\n" + entry.format(f"results/{i}.csv", hashes[-1])
        lock.write_text(text)
        project.run("git", "commit", "--all", "--quiet", "--message", f"{commit}")
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        printed = project.dtlens("trace", "results/199.csv")
        taken.append(time.perf_counter() - started)
    assert printed.count("python stage.py") == 200
    assert min(taken) <= 2
