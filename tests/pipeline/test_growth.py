"""Lines come and go in a sheet of models, and both engines follow.

The real tools and rules, on stages that only write small files and their names in a list.
"""

import shutil
from pathlib import Path

import pytest
import yaml
from copies import ROOT, Copy

STAGES = """
vars: [study.yaml]  # kept by dvc freeze
stages:
  agent:
    cmd: echo agent >> $STARTED; mkdir -p data; cp agent.txt data/agent
    deps: [agent.txt]
    outs: [data/agent]
  train:
    foreach: ${models}
    do:
      cmd: echo train@${key} >> $STARTED; mkdir -p data/dt results/${key};
        cp data/agent data/dt/${key}; echo ${key} > results/${key}/table.csv
      deps: [data/agent]
      outs: ["data/dt/${key}"]
      plots: ["results/${key}/table.csv": {cache: false}]
  listing:
    cmd: echo listing >> $STARTED; ls data/dt > listing.csv
    deps: [data/dt]
    plots: [listing.csv: {cache: false}]
  summary:
    cmd: echo summary >> $STARTED; cat listing.csv results/*/table.csv > summary.csv
    deps: [listing.csv, results, study.yaml]
    plots: [summary.csv: {cache: false}]
"""
SNAKEMAKE = ("snakemake", "-j2", "all")
REPRO = ("python", "-m", "workflow.dvc", "repro")
SUMMARIES = {"listing", "summary"}


class Study(Copy):
    """A small study: models of some seeds, and what is read off all of them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.env["PYTHONPATH"] = str(ROOT / "src")

    def copy_to(self, folder: Path) -> "Study":
        shutil.copytree(self.folder, folder, symlinks=True)
        return Study(folder)

    def set_seeds(self, *seeds: str) -> None:
        models = {f"1L-{seed}": {"seed": seed} for seed in seeds}
        (self.folder / "study.yaml").write_text(yaml.safe_dump({"models": models}))

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text()
        assert text.count(old) == 1
        (self.folder / name).write_text(text.replace(old, new))

    def all_to_run(self) -> set[str]:
        """The stages that a run has to do; both engines call the same stale, where none is gone."""
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

    def assert_holds(self, *seeds: str) -> None:
        """What the seeds make is all that there is, on disk and in dvc.lock."""
        cells = sorted(f"1L-{seed}" for seed in seeds)
        assert self.lock["stages"].keys() == SUMMARIES | {"agent", *(f"train@{c}" for c in cells)}
        assert sorted(path.name for path in (self.folder / "data/dt").iterdir()) == cells
        assert sorted(path.name for path in (self.folder / "results").iterdir()) == cells
        assert (self.folder / "summary.csv").read_text().split() == cells + cells
        assert self.run("dvc", "status", "--json") == "{}\n"  # DVC itself knows of no stale outputs


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Study:
    study = Study(tmp_path_factory.mktemp("growth") / "study")
    study.folder.mkdir()
    for name in (
        "Snakefile",
        "params.yaml",
        "models.yaml",
        "requirements.lock",
        ".gitignore",
        ".dvcignore",
    ):
        shutil.copy(ROOT / name, study.folder)
    with (study.folder / ".gitignore").open("a") as ignored:
        ignored.write("!/results/*/\n")  # here git keeps the models' tables, as stages may have it
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
    one: Study = request.getfixturevalue(start).copy_to(tmp_path / "one/study")
    before = one.outputs()
    one.set_seeds(*seeds)
    to_run = SUMMARIES | {f"train@1L-{seed}" for seed in new}
    said = {
        f"{path}: removed, as no stage makes it"
        for seed in gone
        for path in (f"data/dt/1L-{seed}", f"results/1L-{seed}/table.csv")
    }
    assert one.to_run() == to_run
    assert one.outputs() == before  # no plan removes anything
    other = one.copy_to(tmp_path / "other/study")
    assert one.run_to_end(SNAKEMAKE) == other.run_to_end(REPRO) == (to_run, said)
    assert other.outputs() == one.outputs()
    assert other.lock == one.lock
    one.assert_holds(*seeds)
    assert other.to_run() == set()


def test_a_frozen_stage_stays_and_stale_outputs_go_though_nothing_runs(
    study: Study, tmp_path: Path
) -> None:
    """A stale output that was edited stays, and counts from then on in its folder."""
    for stage in SUMMARIES:
        study.dvc("freeze", stage)
    assert "# kept by dvc freeze" in (study.folder / "dvc.yaml").read_text()
    study.set_seeds("s2")
    study.edit("results/1L-s1/table.csv", "1L-s1", "mine")
    assert study.all_to_run() == set()
    said = {
        "data/dt/1L-s1: removed, as no stage makes it",
        "results/1L-s1/table.csv: edited, so kept, though no stage makes it",
    }
    other = study.copy_to(tmp_path / "other/study")
    assert study.run_to_end(SNAKEMAKE) == other.run_to_end(REPRO) == (set(), said)
    assert study.lock == other.lock
    assert "train@1L-s1" not in study.lock["stages"]
    assert study.outputs() == other.outputs()
    assert (study.folder / "results/1L-s1/table.csv").read_text() == "mine\n"

    for stage in SUMMARIES:
        study.dvc("unfreeze", stage)
    assert study.all_to_run() == SUMMARIES
    assert study.run_to_end(REPRO) == (SUMMARIES, set())
    assert (study.folder / "summary.csv").read_text() == "1L-s2\nmine\n1L-s2\n"
    assert study.stale() == set()


def test_only_what_no_stage_needs_is_a_stale_output(study: Study) -> None:
    """Outputs that go to another stage, that become data that a stage names, and one that ends."""
    for old, new in [
        ("  train:\n", "  trained:\n"),
        ("plots: [summary.csv", "plots: [total.csv"),
        ("table.csv > summary.csv", "table.csv > total.csv"),
        ("cp agent.txt data/agent", "cp agent.txt data/copy"),
        ("outs: [data/agent]", "outs: [data/copy]"),
    ]:
        study.edit("dvc.yaml", old, new)
    _, said = study.run_to_end(REPRO)
    assert said == {"summary.csv: removed, as no stage makes it"}
    assert not (study.folder / "summary.csv").exists()
    outputs = {
        name: {out["path"] for out in entry["outs"]} for name, entry in study.lock["stages"].items()
    }
    assert outputs == {
        "agent": {"data/copy"},
        "trained@1L-s1": {"data/dt/1L-s1", "results/1L-s1/table.csv"},
        "trained@1L-s2": {"data/dt/1L-s2", "results/1L-s2/table.csv"},
        "listing": {"listing.csv"},
        "summary": {"total.csv"},
    }
    paths = {path for made in outputs.values() for path in made} | {"data/agent"}
    assert all((study.folder / path).exists() for path in paths)
    assert study.all_to_run() == set()


def test_an_undone_change_leaves_nothing_to_do(study: Study) -> None:
    recorded = study.lock
    study.set_seeds("s2", "s3")
    study.to_run()
    study.set_seeds("s1", "s2")
    assert study.all_to_run() == set()

    study.set_seeds("s2", "s3")
    study.run(*REPRO)
    study.set_seeds("s1", "s2")
    assert study.run_to_end(REPRO)[0] == set()  # all comes from DVC's cache
    study.assert_holds("s1", "s2")
    assert study.lock == recorded

    study.set_seeds("s2", "s3")
    study.run(*REPRO)
    study.commit()
    study.run("git", "revert", "--no-edit", "HEAD")
    study.run("dvc", "checkout", "--quiet")
    study.assert_holds("s1", "s2")
    assert study.all_to_run() == set()
