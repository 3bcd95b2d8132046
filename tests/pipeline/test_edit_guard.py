"""What is edited while stages run is not recorded as what made their results."""

import re
from collections.abc import Callable

import pytest
from copies import CHECKPOINT, MODEL, SCENES, Copy

TRAIN = f"dtlens.model.train {MODEL} 8192"
STAGE = f"train@{MODEL}"


def edit_rate(copy: Copy) -> None:
    copy.change({"training": {"ours": {"learning_rate": 0.1}}})


def edit_source(copy: Copy) -> None:
    with (copy.folder / "src/dtlens/model/batches.py").open("a") as file:
        file.write("# edited\n")


@pytest.mark.parametrize(
    ("edit", "named", "whole"),
    [
        (edit_rate, "training.ours.learning_rate in params.yaml", "params.yaml"),
        (edit_source, "src/dtlens/model/batches.py", "src/dtlens/model/batches.py"),
    ],
)
@pytest.mark.parametrize(
    "run",
    [("snakemake", "-j2", CHECKPOINT, SCENES), ("python", "-m", "workflow.dvc", "repro", STAGE)],
    ids=["snakemake", "dvc"],
)
def test_an_edit_while_a_stage_runs(
    copy: Copy, run: tuple[str, ...], edit: Callable[[Copy], None], named: str, whole: str
) -> None:
    copy.change_model(MODEL, predictions=8192)
    recorded = copy.lock["stages"][STAGE]
    running = copy.start(*run)
    copy.wait_for_start(TRAIN, running)
    edit(copy)
    printed = copy.end(running, fails=True)
    said = f"{named}: edited while {STAGE} ran, so its result is not recorded; run it again"
    assert re.search(f"(?m)^ERROR: .*{re.escape(said)}$", printed)
    assert f"{whole}: edited during the run" in printed
    assert copy.lock["stages"][STAGE] == recorded
    assert STAGE in copy.stale()
