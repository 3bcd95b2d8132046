import hashlib
import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from mini_project import ROOT, Project

from dtlens.lineage.locks import Stage
from dtlens.lineage.text import parameters

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
    (project.folder / "results/headline.json").unlink()
    short = project.dtlens("trace", f"{FIGURE}.svg")
    whole = project.dtlens("trace", "--all", f"{FIGURE}.svg")
    for printed in (whole, short):
        assert re.search(r"data  \w{8}  differs", printed)
        assert "<- 1 of 1 source files match" in printed
    assert re.search(r"results/headline.json  \w{8}  missing", whole)
    assert "numbers  2 of 4 files match (data differs, 1 more)" in short
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


@pytest.mark.parametrize("name", ["rtg_histogram.svg", "RTG_Histogram (2).SVG"])
def test_an_edited_copy_is_of_no_stage_and_has_a_name(
    project: Project, commits: tuple[str, str], tmp_path: Path, name: str
) -> None:
    copy, clone = tmp_path / name, tmp_path / "shallow"
    text = (project.folder / f"{FIGURE}.svg").read_text()
    copy.write_text(text.replace("</svg>", "<!-- mine --></svg>"))
    hashed = hashlib.md5(copy.read_bytes()).hexdigest()
    unknown = f"error: {copy}: no commit's pipeline made these bytes (md5 {hashed})"
    near = f"; nearest by name, not proven: {FIGURE}.svg"
    assert project.dtlens("trace", str(copy), fails=True) == f"{unknown}{near}\n"
    project.run("git", "clone", "--quiet", "--depth", "1", project.folder.as_uri(), str(clone))
    said = project.at(clone).dtlens("trace", str(copy), fails=True)
    assert said == f"{unknown}{near}; `git fetch --unshallow` brings earlier commits\n"


def test_a_figure_drawn_again_by_other_code_has_the_same_bytes(
    make_project: Callable[[], Project],
) -> None:
    """So that nothing that comes after it is stale."""
    project = make_project()
    before, drawn = project.repro(1), (project.folder / f"{FIGURE}.png").read_bytes()
    code = project.folder / "draw.py"
    code.write_text(f"# Another comment.\n{code.read_text()}")
    assert project.repro(1) != before
    assert (project.folder / f"{FIGURE}.png").read_bytes() == drawn
    report = json.loads(project.dtlens("trace", f"{FIGURE}.png", "--json"))
    outputs = {entry["path"]: entry for entry in stages(report)["figures"]["outputs"]}
    assert {entry["introduced"] for entry in outputs.values()} == {before}


@pytest.mark.parametrize("content", [b"", b"<svg>", b"\x89PNG"])
def test_a_file_of_no_commit_is_one_line(
    project: Project, commits: tuple[str, str], tmp_path: Path, content: bytes
) -> None:
    foreign = tmp_path / "foreign.svg"
    foreign.write_bytes(content)
    printed = project.dtlens("trace", str(foreign), fails=True)
    assert printed.startswith(f"error: {foreign}: no commit's pipeline made these bytes")
    assert printed.count("\n") == 1
    printed = project.dtlens("trace", "absent.svg", fails=True)
    assert printed == "error: absent.svg: no such file, nor an output of a stage in dvc.lock\n"


def test_the_graph_is_drawn(project: Project, commits: tuple[str, str], tmp_path: Path) -> None:
    project.dtlens("trace", f"{FIGURE}.png", "--graph", str(tmp_path / "chain"))
    drawn = (tmp_path / "chain.svg").read_text()
    assert "<!-- numbers -->" in drawn
    assert "<!-- figures -->" in drawn


def test_a_chain_of_two_hundred_stages_is_told_whole(
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
    printed = project.dtlens("trace", "--all", "results/199.csv")
    assert printed.count("python stage.py") == 200


def test_what_leads_to_no_commit_is_passed_over(
    project: Project, commits: tuple[str, str], tmp_path: Path
) -> None:
    clone = project.clone(tmp_path / "clone")
    # As a renamed default branch leaves it; a branch cut short, and one whose commit is not here.
    clone.run("git", "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone")
    (clone.folder / ".git/refs/heads/cut").write_text("")
    (clone.folder / ".git/refs/heads/hole").write_text("1" * 40 + "\n")
    blob = clone.run("git", "hash-object", "-w", "make.py").strip()
    clone.run("git", "tag", "script", blob)
    report = json.loads(clone.dtlens("trace", f"{FIGURE}.svg", "--json"))
    (script,) = stages(report)["numbers"]["inputs"]
    assert script["introduced"] == commits[0]


def test_a_detached_head_without_a_branch_counts(
    project: Project, commits: tuple[str, str], tmp_path: Path
) -> None:
    clone = project.clone(tmp_path / "clone")
    clone.run("git", "checkout", "--quiet", "--detach")
    clone.run("git", "branch", "--quiet", "-D", "main")
    clone.run("git", "remote", "remove", "origin")
    assert clone.run("git", "for-each-ref") == ""
    printed = clone.dtlens("trace", f"{FIGURE}.svg")
    assert commits[1][:7] in printed
    assert "not committed" not in printed


def test_a_damaged_repository_is_one_line(
    project: Project, commits: tuple[str, str], tmp_path: Path
) -> None:
    clone = project.clone(tmp_path / "clone")
    lost = clone.folder / ".git/objects" / commits[0][:2] / commits[0][2:]
    lost.unlink()
    printed = clone.dtlens("trace", f"{FIGURE}.svg", fails=True)
    assert re.fullmatch(rf"error: git: .*{commits[0]}.*`git fsck` checks the repository\n", printed)
    lost.write_bytes(b"damaged")
    printed = clone.dtlens("trace", f"{FIGURE}.svg", fails=True)
    assert re.fullmatch(r"error: git: .*`git fsck` checks the repository\n", printed)


@pytest.mark.parametrize("command", [("trace", "dvc.lock"), ("diff", "HEAD"), ("verify",)])
def test_a_folder_without_git_is_one_line(
    project: Project, commits: tuple[str, str], tmp_path: Path, command: tuple[str, ...]
) -> None:
    """As an unpacked ZIP is."""
    shutil.copy(project.folder / "dvc.lock", tmp_path)
    printed = project.at(tmp_path).dtlens(*command, fails=True)
    assert printed.startswith(f"error: {tmp_path}: no .git here or above, as in an unpacked ZIP; ")
    assert "`git clone` brings it" in printed
    assert printed.count("\n") == 1


def test_paths_are_the_callers(project: Project, commits: tuple[str, str], tmp_path: Path) -> None:
    """Also through ./run, which changes into the project: from within it, and from outside."""
    clone = project.clone(tmp_path / "clone")
    shutil.copy(ROOT / "run", clone.folder)
    for name in ("pyproject.toml", "requirements.lock"):
        (clone.folder / name).touch()
    (clone.folder / ".venv").mkdir()
    (clone.folder / ".venv/bin").symlink_to(Path(sys.executable).parent)
    (clone.folder / ".venv/made-of").write_text(f"{clone.folder}\n")
    shutil.copy(clone.folder / f"{FIGURE}.png", tmp_path / "x.png")
    inside, outside = clone.at(clone.folder / "results"), clone.at(tmp_path)
    for printed in (
        inside.run("../run", "dtlens", "trace", "../../x.png", "--graph", "../../chain"),
        inside.run("../run", "dtlens", "trace", "figures/rtg_histogram.png"),
        inside.run("../run", "dtlens", "trace", str(tmp_path / "x.png")),
        outside.run("clone/run", "dtlens", "trace", "x.png"),
        inside.dtlens("trace", "../../x.png"),
    ):
        assert printed.startswith(f"{FIGURE}.png: made by the pipeline")
    assert (tmp_path / "chain.svg").exists()
    printed = inside.run("../run", "dtlens", "trace", "absent.png", fails=True)
    assert printed.startswith(f"error: {clone.folder}/results/absent.png: no such file")
    printed = inside.run("../run", "dtlens", "import", "../absent.pt", "out", fails=True)
    assert printed == f"error: {clone.folder}/results/../absent.pt: no such file\n"


@pytest.mark.parametrize("path", ["results/figures/grid.svg", "results/claims.md"])
def test_the_chain_of_the_whole_study_fits_a_screen(
    project: Project, commits: tuple[str, str], tmp_path: Path, path: str
) -> None:
    clone = project.clone(tmp_path / "clone")
    shutil.copy(ROOT / "dvc.lock", clone.folder)
    recorded = (ROOT / "dvc.lock").read_text()
    if "  figures_of_study:\n" not in recorded:
        pytest.skip("dvc.lock records no figures of the study: it has not run to its end")
    cells = len(re.findall(r"^  train@", recorded, re.MULTILINE))
    assert cells > 1
    printed = clone.dtlens("trace", path)
    assert printed.count("\n") <= 50
    assert re.search(rf"^  train x {cells} .* files match .* not committed$", printed, re.M)
    assert printed.count("\n  train ") == 1
    assert re.search("^environment: {.*}$", printed, re.MULTILINE)
    assert clone.dtlens("trace", "--all", path).count("\ntrain@") == cells


def test_a_parameter_within_a_section_is_not_said_again() -> None:
    read = (
        {"play": {"seed": 1, "rtg": {"low": -1}}, "width": 2},
        {"play.rtg.low": -1, "play.seed": 1, "width": 2},
        {"play.seed": 3},  # by a stage that has not run since it changed
    )
    behind = [Stage("a", "", params, [], []) for params in read]
    section = '{"seed": 1, "rtg": {"low": -1}}'
    assert parameters(behind) == [("play", section), ("play.seed", "3"), ("width", "2")]
