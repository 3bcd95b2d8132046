"""Values come and go in lists of parameters, and both engines follow.

The real tools and rules, on stages that only write small files and their names in a list.
"""

import shutil
from pathlib import Path

import pytest
import yaml
from copies import ROOT, Copy

STAGES = """
vars: [study.yaml]
stages:
  agent:
    cmd: echo agent >> $STARTED; mkdir -p data; cp agent.txt data/agent
    deps: [agent.txt]
    outs: [data/agent]
  train:
    matrix: {model: "${model}", seed: "${seed}"}
    cmd: echo train@${key} >> $STARTED; mkdir -p data/dt results/${key};
      cp data/agent data/dt/${key}; echo ${key} > results/${key}/table.csv
    deps: [data/agent]
    outs: ["data/dt/${key}", "results/${key}/table.csv": {cache: false}]
  listing:
    cmd: echo listing >> $STARTED; ls data/dt > listing.txt
    deps: [data/dt]
    outs: [listing.txt: {cache: false}]
  summary:
    cmd: echo summary >> $STARTED; cat results/*/table.csv > summary.csv
    deps: [results]
    params: [study.yaml: [seed]]
    outs: [summary.csv: {cache: false}]
  report:
    cmd: echo report >> $STARTED; cp summary.csv report.txt
    deps: [summary.csv]
    outs: [report.txt: {cache: false}]
"""
SNAKEMAKE = ("snakemake", "-j2", "all")
REPRO = ("python", "-m", "workflow.dvc", "repro")
SUMMARIES = {"listing", "summary", "report"}


class Study(Copy):
    """A small study: models of some seeds, and what is read off all of them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.env["PYTHONPATH"] = str(ROOT / "src")

    def copy_to(self, folder: Path) -> "Study":
        shutil.copytree(self.folder, folder, symlinks=True)
        return Study(folder)

    def set_seeds(self, *seeds: str) -> None:
        values = {"model": ["1L"], "seed": list(seeds)}
        (self.folder / "study.yaml").write_text(yaml.safe_dump(values))

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text()
        assert text.count(old) == 1
        (self.folder / name).write_text(text.replace(old, new))

    def all_to_run(self) -> set[str]:
        """The stages that a run has to do; both engines call the same stale."""
        stale, to_run = self.stale(), self.to_run()
        assert to_run == self.with_dependents(stale)
        return to_run

    def run_to_end(self, command: tuple[str, ...]) -> tuple[set[str], set[str]]:
        """The stages that a run starts, each once, and what it says of outputs that none makes."""
        before = len(self.started())
        printed = self.run(*command).splitlines()
        started = self.started()[before:]
        assert len(started) == len(set(started))
        return set(started), {line for line in printed if "no stage makes it" in line}

    def assert_finished(self, *seeds: str) -> None:
        """What there is, on disk and in dvc.lock, is what the seeds make; all is up to date."""
        cells = {f"1L-{seed}" for seed in seeds}
        assert self.lock["stages"].keys() == SUMMARIES | {"agent", *(f"train@{c}" for c in cells)}
        assert {path.name for path in (self.folder / "data/dt").iterdir()} == cells
        assert {path.name for path in (self.folder / "results").iterdir()} == cells
        assert (self.folder / "summary.csv").read_text().split() == sorted(cells)
        assert (self.folder / "listing.txt").read_text().split() == sorted(cells)
        assert self.all_to_run() == set()
        assert self.run("dvc", "status", "--json") == "{}\n"  # DVC itself knows of no orphans


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Study:
    study = Study(tmp_path_factory.mktemp("growth") / "study")
    study.folder.mkdir()
    for name in ("Snakefile", "params.yaml", "requirements.lock", ".gitignore", ".dvcignore"):
        shutil.copy(ROOT / name, study.folder)
    for name in ("workflow", "profiles"):
        shutil.copytree(ROOT / name, study.folder / name)
    (study.folder / ".dvc").mkdir()
    shutil.copy(ROOT / ".dvc/config", study.folder / ".dvc")
    (study.folder / "dvc.yaml").write_text(STAGES)
    (study.folder / "agent.txt").write_text("agent\n")
    study.set_seeds("s1", "s2")
    study.run("git", "init", "--quiet", "--initial-branch", "main")
    study.run(*REPRO)
    study.dvc("push", "--quiet")
    study.commit()
    return study


@pytest.fixture(scope="module")
def pulled(finished: Study) -> Study:
    folder = finished.folder.with_name("clone")
    finished.run("git", "clone", "--quiet", str(finished.folder), str(folder))
    clone = Study(folder)
    clone.run("dvc", "pull", "--quiet")
    return clone


@pytest.fixture
def study(finished: Study, tmp_path: Path) -> Study:
    return finished.copy_to(tmp_path / "study")


@pytest.mark.parametrize("start", ["finished", "pulled"])
@pytest.mark.parametrize(
    ("seeds", "new", "gone"),
    [
        pytest.param(["s1", "s2", "s3"], {"s3"}, set(), id="add"),
        pytest.param(["s2"], set(), {"s1"}, id="remove"),
        pytest.param(["s2", "s3"], {"s3"}, {"s1"}, id="rename"),
    ],
)
def test_values_come_and_go(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    start: str,
    seeds: list[str],
    new: set[str],
    gone: set[str],
) -> None:
    study: Study = request.getfixturevalue(start).copy_to(tmp_path / "one/study")
    before = study.outputs()
    study.set_seeds(*seeds)
    to_run = SUMMARIES | {f"train@1L-{seed}" for seed in new}
    said = {
        f"{path}: removed, as no stage makes it"
        for seed in gone
        for path in (f"data/dt/1L-{seed}", f"results/1L-{seed}/table.csv")
    }
    assert study.all_to_run() == to_run
    assert study.outputs() == before  # no plan removes anything
    other = study.copy_to(tmp_path / "other/study")
    assert study.run_to_end(SNAKEMAKE) == other.run_to_end(REPRO) == (to_run, said)
    study.assert_finished(*seeds)
    assert other.outputs() == study.outputs()
    assert other.lock == study.lock
    assert other.all_to_run() == set()


@pytest.mark.parametrize("command", [SNAKEMAKE, REPRO], ids=["snakemake", "dvc"])
def test_orphans_go_also_if_nothing_is_to_do(study: Study, command: tuple[str, ...]) -> None:
    """One of them, edited by hand, stays; a plan counts it, too."""
    study.edit("dvc.yaml", "    deps: [results]\n", "    deps: [agent.txt]\n")
    study.edit("dvc.yaml", "    deps: [data/dt]\n", "    deps: [agent.txt]\n")
    study.edit("dvc.yaml", "    params: [study.yaml: [seed]]\n", "")
    study.run(*REPRO)
    study.set_seeds("s2")
    study.edit("results/1L-s1/table.csv", "1L-s1", "mine")
    assert study.all_to_run() == set()
    assert study.run_to_end(command) == (
        set(),
        {
            "data/dt/1L-s1: removed, as no stage makes it",
            "results/1L-s1/table.csv: edited, so kept, though no stage makes it",
        },
    )
    assert (study.folder / "results/1L-s1/table.csv").read_text() == "mine\n"
    assert "train@1L-s1" not in study.lock["stages"]
    assert study.run_to_end(command) == (set(), set())
    assert study.all_to_run() == set()


def test_an_edited_orphan_counts_in_a_folder(study: Study) -> None:
    study.set_seeds("s2")
    study.edit("results/1L-s1/table.csv", "1L-s1", "mine")
    assert study.all_to_run() == SUMMARIES
    started, _ = study.run_to_end(SNAKEMAKE)
    assert started == SUMMARIES
    assert (study.folder / "summary.csv").read_text() == "mine\n1L-s2\n"
    assert study.all_to_run() == set()


def test_only_what_no_stage_needs_is_an_orphan(study: Study) -> None:
    """An output that goes from one stage to another, one that is now named as input, and one less."""
    study.edit("dvc.yaml", "  train:\n", "  trained:\n")  # makes what `train` made
    study.edit("dvc.yaml", "[report.txt: {cache: false}]", "[copy.txt: {cache: false}]")
    study.edit("dvc.yaml", "summary.csv report.txt", "summary.csv copy.txt")
    study.edit("dvc.yaml", "  agent:\n    cmd", "  agent:\n    outs: [data/other]\n    cmd")
    study.edit("dvc.yaml", "    outs: [data/agent]\n", "")
    study.edit("dvc.yaml", "cp agent.txt data/agent", "cp agent.txt data/other")
    study.run(*REPRO)
    left = {path.name for path in study.folder.rglob("*")}
    assert {"1L-s1", "1L-s2", "table.csv", "copy.txt", "agent", "other"} <= left
    assert "report.txt" not in left
    names = {"agent", "trained@1L-s1", "trained@1L-s2"} | SUMMARIES
    assert study.lock["stages"].keys() == names
    assert [out["path"] for out in study.lock["stages"]["agent"]["outs"]] == ["data/other"]
    assert study.all_to_run() == set()


def test_an_undone_change_leaves_nothing_to_do(study: Study) -> None:
    study.set_seeds("s2", "s3")
    assert study.all_to_run()
    study.set_seeds("s1", "s2")
    assert study.all_to_run() == set()

    study.set_seeds("s2", "s3")
    study.run(*REPRO)
    started = study.started()
    study.set_seeds("s1", "s2")
    study.run(*SNAKEMAKE)
    assert study.started() == started  # all comes from DVC's cache
    study.assert_finished("s1", "s2")
    assert study.run("git", "status", "--porcelain") == ""

    study.set_seeds("s2", "s3")
    study.run(*REPRO)
    study.run("git", "checkout", "--quiet", ".")
    study.run("dvc", "checkout", "--quiet")
    study.assert_finished("s1", "s2")


def test_a_frozen_stage_stays_as_it_is(study: Study) -> None:
    """`dvc freeze`, which keeps the comments of dvc.yaml."""
    study.edit("dvc.yaml", "vars:", "# A comment\nvars:")
    study.dvc("freeze", "listing")
    assert (study.folder / "dvc.yaml").read_text().startswith("# A comment\nvars:")
    study.set_seeds("s1", "s2", "s3")
    assert study.all_to_run() == {"train@1L-s3", "summary", "report"}
    other = study.copy_to(study.folder.with_name("other") / "study")
    assert study.run_to_end(SNAKEMAKE)[0] == other.run_to_end(REPRO)[0]
    assert study.lock == other.lock
    assert (study.folder / "listing.txt").read_text().split() == ["1L-s1", "1L-s2"]
    assert study.all_to_run() == other.all_to_run() == set()
    study.dvc("unfreeze", "listing")
    assert study.all_to_run() == {"listing"}
