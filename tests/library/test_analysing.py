"""Every table about one checkpoint: that they fit each other, and it; the command: test_cli.py."""

import numpy as np
import pytest
import torch

from dtlens.analysis.scenes.bank import write_scenes
from dtlens.analysis.scenes.build import build
from dtlens.base.errors import UserError
from dtlens.base.files import read_csv
from dtlens.env.parquet import write_trajectories
from dtlens.env.trajectories import from_log
from dtlens.library.analysing import EPISODES, analyse
from dtlens.model.cell import Cell
from dtlens.model.transformer import DecisionTransformer, save_checkpoint
from logs import make_log
from small_params import write_small_params


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with small settings, in which we are."""
    write_small_params(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def saved(path, layers, max_steps):
    """An untrained model whose parts are large enough to matter, written to `path`."""
    shape = {"layers": layers, "width": 16, "heads": 2, "context": 3, "encoding": "one_hot"}
    cell = Cell(**shape, recipe="ours", run=1, optimisation="ours", seed=1)
    model = DecisionTransformer(cell, max_steps).requires_grad_(False)
    generator = torch.Generator().manual_seed(0)
    for parameter in model.parameters():
        parameter.normal_(std=0.3, generator=generator)
    model.b_U[0] += 100  # it turns left for ever, so that every context is seen
    save_checkpoint(path, model)
    return model


def check_preference(model, out, scenes):
    """Parts add up to forward minus right, in both tables that have them, at each target."""
    curves = read_csv(out / "circuits/scan.csv")
    curves = curves[curves["measure"] == "contribution"]
    keys = ["rtg", "front", "component"]
    means = [
        table.set_index(keys)["value"].sort_index()
        for table in (read_csv(out / "attribution.csv"), curves)
    ]
    for rtg in (-1.0, 1.0):
        with torch.no_grad():
            logits = model(scenes.windows(rtg))[:, 0].numpy()
        for front, rows in scenes.labels.groupby("front").groups.items():
            expected = (logits[rows, 2] - logits[rows, 1]).mean()
            for table in means:
                assert table[rtg, front, "whole"] == pytest.approx(expected, abs=1e-4)
                found = table[rtg, front].drop("whole").sum()
                assert found == pytest.approx(expected, abs=1e-4)


def test_tables_of_our_model_fit_it_and_each_other(here):
    model = saved(here / "model.safetensors", 2, 40)
    ends = np.arange(40) % 8 == 7  # five episodes of eight steps
    log = make_log(np.zeros(40, int), np.zeros(40), ends, np.zeros(40))
    write_trajectories(here / "data/trajectories/ours-r1.parquet", from_log(log), {})
    analyse(here / "model.safetensors", here / "out")
    check_preference(model, here / "out", build())
    calibration = read_csv(here / "out/calibration.csv")
    assert calibration["rtg"].tolist() == [-1, 0, 1] and (calibration["episodes"] == EPISODES).all()
    assert not read_csv(here / "out/behaviours.csv").empty
    time = read_csv(here / "out/circuits/time_embedding.csv").set_index(["onto", "t"])["share"]
    assert time["F-R"].tolist() == [1 / 8] * 8 + [0] * 32


def test_the_bank_is_taken_from_its_file(here):
    bank = build()
    scenes = bank.select(np.arange(0, len(bank.views), 2))
    write_scenes(here / "data/scenes.parquet", scenes)
    model = saved(here / "model.safetensors", 0, 40)
    analyse(here / "model.safetensors", here / "out")
    check_preference(model, here / "out", scenes)
    for name in ("circuits/composition", "interventions/patching", "interventions/methods"):
        assert read_csv(here / f"out/{name}.csv").empty  # without layers


def test_scenes_later_than_the_model_knows_are_refused(here):
    saved(here / "model.safetensors", 0, 15)
    with pytest.raises(UserError, match=r"model\.safetensors: knows 15 timesteps; .* t = 19"):
        analyse(here / "model.safetensors", here / "out")
    assert not (here / "out").exists()
