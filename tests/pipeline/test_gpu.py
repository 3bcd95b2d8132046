"""`device: cuda` reaches every stage that computes with a model, and comes to the same there."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import torch
from copies import CALIBRATION, MODEL, ROOT, Copy
from dvc.dependency import ParamsDependency
from dvc.repo import Repo

from workflow.bridge import needs

STAGES = {stage.name.split("@")[0]: stage for stage in Repo(ROOT).index.stages}
# What is beyond the study plays and patches on the CPU so far.
BEYOND = ["of_model", "training_diversity.measure", "distillation", "rank_one_editing.retarget"]
ON_CPU = {f"beyond.{entry}" for entry in BEYOND}


def entry(command: str) -> str:
    """The code of a stage's entry."""
    path = ROOT / "src" / Path(*command.split()[2].split("."))
    return (path / "__main__.py" if path.is_dir() else path.with_suffix(".py")).read_text()


@pytest.mark.parametrize("name", sorted(STAGES))
def test_a_stage_asks_for_a_gpu_if_its_entry_asks_where_to_compute(name: str) -> None:
    stage = STAGES[name]
    tracked = {key for dep in stage.deps if isinstance(dep, ParamsDependency) for key in dep.params}
    asks = 'load("compute", Compute).device' in entry(stage.cmd)
    assert needs(stage, "cuda")["gpu"] == ("compute" in tracked) == asks
    assert needs(stage, "cpu")["gpu"] == 0


def test_every_stage_with_a_model_asks_but_those_that_are_known() -> None:
    """Of those that read or write checkpoints of models."""
    with_models = {
        name
        for name, stage in STAGES.items()
        for file in [*stage.deps, *stage.outs]
        if file.def_path.startswith(("data/dt", "data/over_time", "data/beyond/dt"))
    }
    commands = [STAGES[name].cmd for name in with_models if not needs(STAGES[name], "cuda")["gpu"]]
    silent = {command.split()[2].removeprefix("dtlens.") for command in commands}
    assert len(with_models) > 10
    assert silent == ON_CPU


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU here")
def test_the_headline_on_a_gpu_is_calibrated_as_on_the_cpu(
    make_copy: Callable[[], Copy],
) -> None:
    """Other sums in another order are another model, of the same skill: intervals overlap."""
    tables = {}
    for device in ("cpu", "cuda"):
        copy = make_copy()
        copy.change({"compute": {"device": device}})
        copy.change_model(MODEL, predictions=512_000, episodes=100)
        copy.run("snakemake", "-j2", "headline")
        tables[device] = pd.read_csv(copy.folder / CALIBRATION)
        assert (copy.folder / f"data/dt/{MODEL}.safetensors").exists()
    cpu, gpu = tables["cpu"], tables["cuda"]
    overlap = (cpu["low"] <= gpu["high"]) & (gpu["low"] <= cpu["high"])
    assert overlap.mean() > 0.8
