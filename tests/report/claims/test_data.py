"""What the agent and its data are asked, in small tables."""

from pathlib import Path

import pandas as pd
import pytest

from dtlens.base.files import write_csv
from dtlens.model.cell import Cell
from dtlens.report.claims import behaviour
from dtlens.report.claims.data import exceptions, final_success, learners, solves, valley
from dtlens.report.claims.evidence import Model, Study, read

CELL = Cell.parse("1L-128d-2h-1k-index-study-r1-study-s1")


def model(cell: Cell = CELL, **tables: pd.DataFrame) -> Model:
    return Model(cell, {kind.replace("__", "/"): table for kind, table in tables.items()}.get)


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    """Of two runs; a third that no model learned from has a learning curve, too."""
    monkeypatch.chdir(tmp_path)
    read.cache_clear()
    return Study({"study": [model(CELL.model_copy(update={"run": run})) for run in (1, 2)]})


def curve(*updates: tuple[int, float]) -> pd.DataFrame:
    return pd.DataFrame(updates, columns=["episodes", "success"])


def test_success_is_of_the_last_updates_with_500_episodes():
    number = final_success(curve((400, 0.0), (300, 0.5), (300, 1.0)))
    assert (number.value, number.n) == (0.75, 600) and number.low < 0.75 < number.high


def test_an_update_in_which_no_episode_ends_counts_for_nothing():
    number = final_success(curve((400, 0.0), (300, 0.5), (float("nan"), float("nan")), (300, 1.0)))
    assert (number.value, number.n) == (0.75, 600)


def test_a_share_of_fewer_episodes_than_asked_for_is_refused():
    number = final_success(curve((300, 1.0), (199, 1.0)))
    assert number.value != number.value and number.n == 499


def test_an_arm_solves_the_game_if_all_its_agents_do(study: Study):
    for run, share in ((1, 0.81), (2, 0.79), (3, 0.9)):
        write_csv(Path(f"results/agents/study-r{run}/learning_curve.csv"), curve((500, share)))
    assert learners(study, "study") == (2, 3)
    assert not solves(study, "study")
    assert solves(Study({"study": study.arms["study"][:1]}), "study")
    assert not solves(Study({"study": []}), "study")


def test_exceptions_are_counted_among_the_steps_that_a_fact_is_about(study: Study):
    facts = pd.DataFrame({"fact": ["a", "b"], "measured": [1.0, 842 / 843], "n": [5000, 843]})
    for run in (1, 2):
        write_csv(Path(f"results/agents/study-r{run}/facts.csv"), facts)
    assert [(x.value, x.n) for x in exceptions(study, "study").values()] == [(1, 843)] * 2


def histogram(**episodes: float) -> pd.DataFrame:
    centres = [float(name[1:]) / 100 for name in episodes]
    bins = {"low": [c - 0.025 for c in centres], "high": [c + 0.025 for c in centres]}
    return pd.DataFrame(bins | {"episodes": episodes.values(), "steps": 0.5})


def test_the_valley_is_set_against_the_pile(study: Study):
    table = histogram(_20=0.1, _40=0.1, _45=0.2, _70=0.3, _90=0.1)
    for run, of_run in ((1, table), (2, table[:3])):
        write_csv(Path(f"results/agents/study-r{run}/rtg_histogram.csv"), of_run)
    found = [number.value for number in valley(study, "study").values()]
    assert found[0] == pytest.approx(0.5) and found[1] != found[1]


def test_the_way_round_is_set_against_that_of_the_runs_data(study: Study):
    rows = {"low": [-1.0, 0.5, 0.5], "front": ["goal_from_top", "goal_from_top", "goal_from_left"]}
    decisions = pd.DataFrame(rows | {"steps": [900, 10, 20], "forward": [1.0, 1.0, 0.8]})
    write_csv(Path("results/agents/study-r1/decisions.csv"), decisions)
    entries = {"measure": ["goal_from_top"], "of": ["entries"], "rtg": [0.9], "n": [7]}
    table = pd.DataFrame(entries | {"value": [0.3], "low": [0.1], "high": [0.4]})
    number = behaviour.own_way(model(on_policy=table), "")
    assert number[:3] == pytest.approx((0.7, 0.6, 0.9))


def test_a_shape_is_better_if_it_is_after_holms_correction(study: Study):
    returns = {"return_at_0.9": [0.90, 0.99, 0.92, 0.905], "width": [128, 64, 32, 16]}
    half = [0.005, 0.005, 0.02, 0.005]
    grid = pd.DataFrame(returns | {"layers": 1, "heads": 2, "context": 1, "encoding": "index"})
    low, high = grid["return_at_0.9"] - half, grid["return_at_0.9"] + half
    grid = grid.assign(**{"return_at_0.9_low": low, "return_at_0.9_high": high})
    write_csv(Path("results/grid.csv"), grid)
    ours = Study({"index": study.arms["study"], "study": study.arms["study"]})
    number = behaviour.better_cells(ours, "index")[None]
    assert (number.value, number.n) == (1, 3)
    assert behaviour.better_cells(ours, "study") == {}


def test_without_end_oversampling_is_another_model_of_the_same_run_and_seed(study: Study):
    def scenes(value: float) -> pd.DataFrame:
        named = {"evidence": ["bank"], "rtg": [0.9], "event": ["goal_from_top"], "n": [10]}
        return pd.DataFrame(named | {"value": [value], "low": [value - 3], "high": [value + 4]})

    write_csv(Path(f"results/models/{CELL.name}-e0/behaviours.csv"), scenes(2.0))
    asked = {"front": "goal_from_top", "encoding": "index"}
    number = behaviour.without_oversampling(model(behaviours=scenes(9.0)), "", **asked)
    assert number[:3] == pytest.approx((7, 7 - 5, 7 + 5))  # 3 and 4 make 5, at either end
