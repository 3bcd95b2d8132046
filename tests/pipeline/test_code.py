"""`code/MODULE` lists what a stage's command runs, and changes with that alone."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from copies import MODEL, ROOT, Copy
from dvc.repo import Repo

from dtlens.base.errors import UserError
from dtlens.lineage.code import entries, imported, modules, run_by, write_code

STAGES = Repo(ROOT).index.stages
FILES = {
    "dtlens/__init__.py": "",
    "dtlens/train.py": "import dtlens.model.parts\nfrom dtlens import names\n",
    "dtlens/names.py": "",
    "dtlens/model/__init__.py": "from dtlens.shared import words\n",
    "dtlens/model/parts.py": "def part():\n    from dtlens.late import it\n    import numpy\n",
    "dtlens/shared/__init__.py": "",
    "dtlens/shared/words.py": "from typing import TYPE_CHECKING\n"
    "if TYPE_CHECKING:\n    from dtlens.types import Word\n",
    "dtlens/late.py": "it = 1\n",
    "dtlens/types.py": "",
    "dtlens/draw/__init__.py": "",
    "dtlens/draw/__main__.py": "import dtlens.shared.words\n",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / "src" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "src" / name).write_text(text)
    commands = ("dtlens.train ${key}", "dtlens.draw")
    stages = "".join(f"  s{i}: {{cmd: python -m {cmd}}}\n" for i, cmd in enumerate(commands))
    (tmp_path / "dvc.yaml").write_text(f"stages:\n{stages}")
    write_code()
    return tmp_path


def names(entry: str) -> set[str]:
    return {path.removeprefix("src/dtlens/") for path in modules(Path("code", entry))}


def test_what_an_entry_imports_is_listed_as_md5sum_takes_it(project: Path) -> None:
    """Inside functions too, and the packages' own files; not what a type checker alone sees."""
    ours = {"__init__.py", "shared/__init__.py", "shared/words.py"}
    assert names("dtlens.draw") == ours | {"draw/__init__.py", "draw/__main__.py"}
    model = {"model/__init__.py", "model/parts.py", "late.py"}
    assert names("dtlens.train") == ours | model | {"train.py", "names.py"}
    for path in project.glob("code/dtlens*"):
        subprocess.run(["md5sum", "--check", "--quiet", path], check=True)


def test_a_file_is_written_when_what_it_lists_changes_and_is_mended(project: Path) -> None:
    code = project / "code"
    before = {path.name: path.stat().st_mtime_ns for path in code.glob("dtlens*")}
    (project / "src/dtlens/late.py").write_text("it = 2\n")
    write_code()
    after = {path.name: path.stat().st_mtime_ns for path in code.glob("dtlens*")}
    assert {name for name in before if before[name] != after[name]} == {"dtlens.train"}
    right = {path.name: path.read_text() for path in code.glob("dtlens*")}
    (code / "dtlens.draw").write_text("edited")
    (code / "dtlens.train").unlink()
    write_code()
    assert {path.name: path.read_text() for path in code.glob("dtlens*")} == right


def test_a_module_that_is_not_python_is_named(project: Path) -> None:
    (project / "src/dtlens/late.py").write_text("it = (\n")
    with pytest.raises(UserError, match=r"^src/dtlens/late\.py:1: not Python: "):
        write_code()


def test_a_stage_depends_on_the_code_of_its_command_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    for stage in STAGES:
        code = [dep.def_path for dep in stage.deps if dep.def_path.startswith(("code/", "src/"))]
        assert code == [f"code/{stage.cmd.split()[2]}"], stage.name


def test_no_training_runs_what_draws_plays_or_reads_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    packages = {path.parts[2] for path in run_by("dtlens.model.train", {})}
    assert "model" in packages
    assert not packages & {"play", "analysis", "report", "beyond"}


def test_no_module_imports_by_a_name_in_a_string(monkeypatch: pytest.MonkeyPatch) -> None:
    """But the outermost, for the library's users: of stages, all that counts is seen."""
    monkeypatch.chdir(ROOT)
    words = ("import_module", "__import__", "run_module", "run_path")
    imports: dict[Path, set[Path]] = {}
    files = {path for entry in entries() for path in run_by(entry, imports)}
    by_name = {str(path) for path in files if any(word in path.read_text() for word in words)}
    assert by_name == {"src/dtlens/__init__.py"}
    assert not any("names" in str(path) for path in imported(Path("src/dtlens/__init__.py")))


def test_an_edit_makes_stale_what_runs_it(copy: Copy) -> None:
    """Five stages have run: an agent with its data, scenes, two models, a calibration."""
    ran, before = set(copy.lock["stages"]), copy.stale()
    assert not ran & before

    def stale_by(module: str) -> set[str]:
        with (copy.folder / "src/dtlens" / module).open("a") as file:
            file.write("# edited\n")
        stale = copy.stale() & ran
        copy.run("git", "checkout", "--quiet", "src")
        assert copy.stale() == before
        return stale

    assert stale_by("report/figures/calibration.py") == set()
    assert stale_by("play/rollouts.py") == {f"calibrate@{MODEL}"}
    models = {name for name in ran if name.startswith("train")}
    assert stale_by("model/batches.py") == models


def test_plain_dvc_knows_what_has_changed(copy: Copy) -> None:
    """As in an activated .venv, where `dvc` is the project's; also if `code/` is missing."""
    (copy.folder / "src/dtlens/analysis/scenes/bank.py").open("a").write("# edited\n")
    for path in (copy.folder / "code").iterdir():
        path.unlink()
    said = json.loads(copy.run("dvc", "status", "--json", "scenes").splitlines()[-1])
    assert said == {"scenes": [{"changed deps": {"code/dtlens.analysis.scenes.build": "modified"}}]}


def test_what_stages_really_imported_is_listed(
    make_copy: Callable[[], Copy], undisturbed: Copy
) -> None:
    ran = {line.split()[0]: line.split()[1:] for line in undisturbed.started("-imported")}
    assert len(ran) == 4
    for entry, names in ran.items():
        listed = modules(undisturbed.folder / "code" / entry)
        files = {name.replace(".", "/") for name in names}
        assert len(files) > 5
        for name in files:
            assert {f"src/{name}.py", f"src/{name}/__init__.py"} & listed.keys(), (entry, name)
