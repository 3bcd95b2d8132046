"""Claim 26 in small tables: when a training is skilled, and when a head stands out."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from dtlens.model.cell import Cell
from dtlens.report.claims.evidence import Model, Study, read
from dtlens.report.claims.over_time import LOCALISED, SKILLED, decay_helps, lag

NAME = "1L-16d-2h-1k-index-ours-r{}-ours-s{}"
SECTION = {
    "model": ["1L-16d-2h-1k"],
    "encoding": ["index"],
    "recipe": ["ours"],
    "optimisation": ["ours"],
    "predictions": 1,
    "episodes": 1,
    "points": 3,
}


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    monkeypatch.chdir(tmp_path)
    read.cache_clear()
    return Study({"index": [Model(Cell.parse(NAME.format(1, 1)), lambda kind: None)]})


def write(trainings: dict[str, int], runs: list[str], decays: list[str]) -> None:
    """Trainings that are skilled at step 10, and localised at the step given, by name."""
    over_time = SECTION | {"run": runs, "seed": ["s1"], "weight_decay": decays}
    Path("params.yaml").write_text(yaml.safe_dump({"over_time": over_time}))
    Path("results/over_time").mkdir(parents=True)
    for name, localised in trainings.items():
        rows = [
            (step, *of, float(step >= since))
            for (*of, _), since in ((SKILLED, 10), (LOCALISED, localised))
            for step in (10, 20, 40, 80)
        ]
        table = pd.DataFrame(rows, columns=["step", "measure", "of", "value"])
        table.to_csv(f"results/over_time/{name}.csv", index=False)


def test_decays_are_compared_within_a_run_of_the_agent(study: Study) -> None:
    first, second = NAME.format(1, 1), NAME.format(2, 1)
    write(
        {f"{first}-w0": 80, f"{first}-w1e-05": 20, f"{second}-w0": 20, f"{second}-w1e-05": 40},
        ["r1", "r2"],
        ["w0", "w1e-05"],
    )
    found = {name: number.value for name, number in decay_helps(study, "index").items()}
    assert found == {"r1 s1": pytest.approx(2), "r2 s1": pytest.approx(-1)}
    assert lag(study, "index")[f"{first}-w1e-05"].value == pytest.approx(1)


def test_one_decay_alone_says_nothing_of_decay(study: Study) -> None:
    write({f"{NAME.format(1, 1)}-w1": 80}, ["r1"], ["w1"])
    assert decay_helps(study, "index") == {}
    assert [number.value for number in lag(study, "index").values()] == [pytest.approx(3)]
