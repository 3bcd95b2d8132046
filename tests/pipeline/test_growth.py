"""Values come and go in lists of parameters, and both engines follow.

The real tools and rules, on stages that only write small files and their names in a list.
"""

import shutil
from pathlib import Path
from typing import Any

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
MODELS = ["1L", "2L"]
BY_ENGINE = {
    "snakemake": ("snakemake", "-j2", "all"),
    "dvc": ("python", "-m", "workflow.dvc", "repro"),
}
SUMMARIES = {"listing", "summary", "report"}


class Study(Copy):
    """A small study: models of some seeds, and what is read off all of them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.env["PYTHONPATH"] = str(ROOT / "src")

    def edit(self, name: str, **changes: Any) -> None:
        """Change the values of a YAML file."""
        path = self.folder / name
        path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | changes))

    def freeze(self, stage: str) -> None:
        path = self.folder / "dvc.yaml"
        path.write_text(
            path.read_text().replace(f"  {stage}:\n", f"  {stage}:\n    frozen: true\n")
        )

    def assert_engines_agree(self) -> set[str]:
        """The stages that a run of either has to do."""
        stale, to_run = self.stale(), self.to_run()
        assert to_run == self.with_dependents(stale)
        return to_run

    def ran(self, command: tuple[str, ...]) -> tuple[set[str], str]:
        """The stages that ran, each once, and what the run printed."""
        before = len(self.started())
        printed = self.run(*command)
        started = self.started()[before:]
        assert len(started) == len(set(started))
        return set(started), printed

    def assert_finished(self, *seeds: str) -> None:
        """What there is, on disk and in dvc.lock, is what the seeds make; all is up to date."""
        cells = {f"{model}-{seed}" for model in MODELS for seed in seeds}
        assert self.lock["stages"].keys() == SUMMARIES | {"agent", *(f"train@{c}" for c in cells)}
        assert {path.name for path in (self.folder / "data/dt").iterdir()} == cells
        assert {path.name for path in (self.folder / "results").iterdir()} == cells
        assert (self.folder / "summary.csv").read_text().split() == sorted(cells)
        assert (self.folder / "listing.txt").read_text().split() == sorted(cells)
        assert self.assert_engines_agree() == set()
        assert json_status(self) == {}


def json_status(study: Study) -> dict[str, Any]:
    """What DVC itself says, which knows nothing of orphans."""
    return dict(yaml.safe_load(study.run("dvc", "status", "--json")))


def trained(*seeds: str) -> set[str]:
    return {f"train@{model}-{seed}" for model in MODELS for seed in seeds}


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
    (study.folder / "study.yaml").write_text(
        yaml.safe_dump({"model": MODELS, "seed": ["s1", "s2"]})
    )
    (study.folder / "agent.txt").write_text("agent\n")
    study.run("git", "init", "--quiet", "--initial-branch", "main")
    study.run(*BY_ENGINE["dvc"])
    study.dvc("push", "--quiet")
    study.commit()
    return study


@pytest.fixture
def study(finished: Study, tmp_path: Path) -> Study:
    shutil.copytree(finished.folder, tmp_path / "study", symlinks=True)
    return Study(tmp_path / "study")


@pytest.fixture
def clone(finished: Study, tmp_path: Path) -> Study:
    finished.run("git", "clone", "--quiet", str(finished.folder), str(tmp_path / "clone"))
    clone = Study(tmp_path / "clone")
    clone.run("dvc", "pull", "--quiet")
    return clone


@pytest.mark.parametrize("engine", BY_ENGINE)
@pytest.mark.parametrize("start", ["study", "clone"])
@pytest.mark.parametrize(
    ("seeds", "new", "gone"),
    [
        pytest.param(["s1", "s2", "s3"], ["s3"], [], id="add"),
        pytest.param(["s2"], [], ["s1"], id="remove"),
        pytest.param(["s2", "s3"], ["s3"], ["s1"], id="rename"),
    ],
)
def test_values_come_and_go(
    request: pytest.FixtureRequest,
    start: str,
    engine: str,
    seeds: list[str],
    new: list[str],
    gone: list[str],
) -> None:
    study: Study = request.getfixturevalue(start)
    before = study.outputs()
    study.edit("study.yaml", seed=seeds)
    assert study.assert_engines_agree() == trained(*new) | SUMMARIES
    assert study.outputs() == before
    ran, printed = study.ran(BY_ENGINE[engine])
    assert ran == trained(*new) | SUMMARIES
    named = {line.split(":")[0] for line in printed.splitlines() if "no stage makes it" in line}
    cells = [f"{model}-{seed}" for model in MODELS for seed in gone]
    assert named == {path for c in cells for path in (f"data/dt/{c}", f"results/{c}/table.csv")}
    study.assert_finished(*seeds)
