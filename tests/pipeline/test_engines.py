"""Snakemake and DVC agree: on what is stale after any change, and on what a run leaves behind."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from copies import Copy
from hashes import EVERYWHERE, committed

MODEL = "1L-16d-2h-1k-index-ours-r1-ours-s1"
SECOND = "1L-16d-2h-1k-index-ours-r1-ours-s2"
OVER_TIME = {f"over_time@{MODEL}-w0", f"over_time@{MODEL}-w1"}
ANALYSED = list(yaml.safe_load(Path(__file__).with_name("models.yaml").read_text())["analysed"])


def of_models(stage: str) -> set[str]:
    return {f"{stage}@{cell}" for cell in ANALYSED}


ON_SCENES = of_models("analyse") | {"in_scenes"}
# Beyond the study.
DOSED, WAITING = (f"1L-16d-2h-1k-index-{recipe}-r1-ours-s1" for recipe in ("four", "waiting_few"))
BEYOND_ON_SCENES = of_models("models") | {"distillation", f"training_diversity_first@{MODEL}"}
BEYOND_ON_SCENES |= {f"training_diversity_measure@{DOSED}"}
BEYOND_ON_SCENES |= {f"attribution_benchmark_models@{WAITING}", "chance"}
ON_SHEET = {"in_scenes", "grid", "chance", "claims", "figures_of_study", "out_of_distribution"}
ON_SHEET |= {"distillation", "attainable_returns", "rank_one_editing", "anomaly_flags"}


@pytest.fixture(scope="module")
def engines(make_copy: Callable[[], Copy]) -> tuple[Copy, Copy]:
    """Two finished copies: one by Snakemake, killed twice on the way, the other by DVC."""
    by_snakemake, by_dvc = make_copy(), make_copy()
    repro = by_dvc.start("python", "-m", "workflow.dvc", "repro", "-P")

    by_snakemake.kill_run(finished=1, whole_group=True)
    assert_no_finished_stage_runs(by_snakemake, lambda: by_snakemake.kill_run(6, whole_group=False))
    assert_no_finished_stage_runs(by_snakemake, lambda: by_snakemake.run("snakemake", "-j4", "all"))
    by_snakemake.commit()

    printed, _ = repro.communicate()
    assert repro.returncode == 0, printed
    return by_snakemake, by_dvc


@pytest.fixture(scope="module")
def finished(engines: tuple[Copy, Copy]) -> Copy:
    return engines[0]


def assert_no_finished_stage_runs(copy: Copy, run: Callable[[], object]) -> None:
    finished = copy.finished()
    moment = time.time()
    run()
    assert finished
    assert not copy.ran_since(moment) & finished


def test_both_engines_record_the_same(engines: tuple[Copy, Copy]) -> None:
    by_snakemake, by_dvc = engines
    assert len(by_snakemake.lock["stages"]) > 20
    assert by_snakemake.lock == by_dvc.lock


def test_outputs_have_the_committed_hashes(engines: tuple[Copy, Copy]) -> None:
    """A refactoring changes none. CONTRIBUTING.md says how they are written anew."""
    stages = engines[0].lock["stages"].values()
    made = {out["path"]: out["md5"] for stage in stages for out in stage["outs"]}
    hashes = committed(made)
    assert [path for path in EVERYWHERE if made.get(path) != hashes.get(path)] == []
    said = engines[0].run("dtlens", "verify", "--numerics")
    if "this machine gives the committed bytes" not in said:
        pytest.skip(f"only {EVERYWHERE} compared: {said}")
    assert [path for path in {**hashes, **made} if hashes.get(path) != made.get(path)] == []


def test_most_stages_of_either_engine_wait_for_no_imports(engines: tuple[Copy, Copy]) -> None:
    for copy in engines:
        assert len(set(copy.started("-by-fork"))) > len(copy.lock["stages"]) * 3 / 4


def test_one_job_at_a_time_makes_the_same_bytes(
    engines: tuple[Copy, Copy], undisturbed: Copy
) -> None:
    """As does `dvc repro`, all of whose stages run one after the other."""
    stages = undisturbed.lock["stages"]
    assert len(stages) == 5
    assert stages == {name: engines[0].lock["stages"][name] for name in stages}


def test_equal_results_of_other_code_end_a_run_there(copy: Copy) -> None:
    """The model is trained again, and what is read off it is not."""
    right = copy.outputs()
    append(copy.folder / "src/dtlens/model/batches.py", "# changed\n")
    copy.run("snakemake", "-j2", f"results/models/{MODEL}/calibration.csv")
    assert copy.started() == [f"dtlens.model.train {MODEL} 4096"]
    assert copy.outputs() == right


def test_nothing_is_left_to_do_after_a_run(finished: Copy) -> None:
    assert finished.stale() == set()
    assert finished.to_run() == set()


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


@pytest.mark.parametrize(
    ("change", "stale"),
    [
        pytest.param(
            lambda copy: copy.change_model(MODEL, episodes=5),
            {f"calibrate@{MODEL}"} | ON_SHEET,
            id="a model's line",
        ),
        pytest.param(
            lambda copy: append(
                copy.folder / "src/dtlens/report/figures/calibration.py", "# changed\n"
            ),
            {"figures_of_study"},
            id="a figure's module",
        ),
        pytest.param(
            lambda copy: append(
                copy.folder / f"results/models/{MODEL}/calibration.csv", "edited\n"
            ),
            {f"calibrate@{MODEL}", "grid", "claims", "figures_of_study"}
            | {f"models@{MODEL}", "attainable_returns"},
            id="a hand-edited output",
        ),
        pytest.param(
            lambda copy: (copy.folder / "data/scenes.parquet").unlink(),
            {"scenes"} | OVER_TIME | ON_SCENES | BEYOND_ON_SCENES,
            id="a deleted output",
        ),
        pytest.param(
            lambda copy: copy.change_model(SECOND),
            {f"{stage}@{SECOND}" for stage in ("train", "calibrate", "analyse", "models")}
            | ON_SHEET,
            id="a new model",
        ),
        pytest.param(
            lambda copy: copy.change({"over_time": {"seed": ["s1", "s2"]}}),
            {f"over_time@{MODEL[:-1]}2-w{decay}" for decay in (0, 1)},
            id="a new value",
        ),
    ],
)
def test_a_change_makes_the_same_stages_stale(
    finished: Copy, change: Callable[[Copy], object], stale: set[str]
) -> None:
    change(finished)
    assert finished.stale() == stale
    assert finished.to_run() == finished.with_dependents(stale)
    finished.run("git", "checkout", "--quiet", ".")
    finished.run("dvc", "checkout", "--quiet", "--force")
    assert finished.to_run() == set()
    assert finished.stale() == set()


def test_a_clone_that_pulls_has_nothing_to_do(finished: Copy, tmp_path: Path) -> None:
    finished.run("dvc", "push", "--quiet")
    finished.commit()
    finished.run("git", "clone", "--quiet", str(finished.folder), str(tmp_path / "clone"))
    clone = Copy(tmp_path / "clone")
    clone.run("dvc", "pull", "--quiet")
    assert clone.stale() == set()
    assert clone.to_run() == set()
    clone.change({"behaviour": {"seed": 2}})
    assert clone.stale() == ON_SCENES | OVER_TIME | of_models("models")
    assert clone.to_run() == clone.with_dependents(clone.stale())


def test_a_switched_commit_is_known(finished: Copy) -> None:
    finished.run("git", "checkout", "--quiet", "-b", "more")
    finished.change({"distillation": {"seed": 2}})
    moment = time.time()
    finished.run("snakemake", "-j4", "all")
    ran = {name.split("@")[0] for name in finished.ran_since(moment)}
    assert {"distillation"} <= ran <= {"distillation", "beyond_report"}
    assert finished.stale() == finished.to_run() == set()
    finished.commit()
    for branch in ("main", "more"):
        finished.run("git", "checkout", "--quiet", branch)
        finished.run("dvc", "checkout", "--quiet")
        assert finished.stale() == finished.to_run() == set()
    finished.run("git", "checkout", "--quiet", "main", "--", "params.yaml")
    assert finished.stale() == {"distillation"}
    assert finished.to_run() == finished.with_dependents(finished.stale())
