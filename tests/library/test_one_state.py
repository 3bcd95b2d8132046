"""Why a model acts as it does in one state: parts that sum, and what another state changes."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

import dtlens
from dtlens import Game, UserError, World
from models import micro_model, random_model
from small_params import write_small_params

ROOT = Path(__file__).parents[2]
KINDS = [(0, 1, "index"), (1, 1, "index"), (1, 1, "one_hot"), (2, 3, "index"), (1, 9, "one_hot")]
FORWARD, RIGHT, LEFT = 2, 1, 0


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    write_small_params(tmp_path)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(params=KINDS, ids=str)
def model(request):
    return dtlens.HookedDecisionTransformer(random_model(*request.param))


def window(model, rtg=0.4, seed=3):
    return Game.played(seed, None, 2, "RLLRLRLLR").window(model.model.cell.context, rtg)


def difference(model, shown):
    logits = model(shown)[0, -1]
    return (logits[FORWARD] - logits[RIGHT]).item()


def test_contributions_sum_to_the_logits(model):
    shown = window(model)
    table = dtlens.contributions(model, shown)
    assert table["value"].sum() == pytest.approx(difference(model, shown), abs=1e-4)
    alone = dtlens.contributions(model, shown, "left", None)["value"].sum()
    assert alone == pytest.approx(model(shown)[0, -1, LEFT].item(), abs=1e-4)


def test_a_head_takes_all_that_it_writes_from_tokens(model):
    shown = window(model)
    table = dtlens.contributions(model, shown)
    _, cache = model.run_with_cache(shown)
    onto = model.W_U[:, FORWARD] - model.W_U[:, RIGHT]
    for layer in range(model.model.cell.layers):
        written = cache[f"blocks.{layer}.attn.hook_z"][0, -1] @ model.W_O[layer]
        for head in range(2):
            rows = table[table["component"] == f"L{layer}H{head}"]
            assert len(rows) == shown.rtg.shape[1] * 3 - 1  # a token each
            expected = (written.diagonal(dim1=0, dim2=1).T[head] @ onto).item()
            assert rows["value"].sum() == pytest.approx(expected, abs=1e-4)


def test_cells_sum_to_the_states_part(model):
    shown = window(model)
    parts = dtlens.contributions(model, shown)
    state = parts.loc[parts["component"] == "state", "value"].item()
    cells = dtlens.cell_contributions(model, shown)
    direct = cells.loc[cells["via"] == "direct", "value"]
    assert len(direct) == 3 * 49 and direct.sum() == pytest.approx(state, abs=1e-4)


def test_what_cells_add_by_way_of_a_head_is_what_an_empty_view_takes_away():
    """With attention as it is: the head's values of the state token, less those of no inputs."""
    model = dtlens.HookedDecisionTransformer(random_model(1, 1, "index"))
    shown, onto = window(model), model.W_U[:, FORWARD] - model.W_U[:, RIGHT]
    _, cache = model.run_with_cache(shown)
    inputs = shown.observation[0, -1].flatten().float() @ model.model.W_state
    cells = dtlens.cell_contributions(model, shown)
    for head in range(2):
        pattern = cache["blocks.0.attn.hook_pattern"][0, head, -1, -1]
        expected = pattern * (inputs @ model.W_V[0, head] @ model.W_O[0, head] @ onto)
        value = cells.loc[cells["via"] == f"L0H{head}", "value"].sum()
        assert value == pytest.approx(expected.item(), abs=1e-4)


def test_attention_is_shared_out(model):
    table = dtlens.attention(model, window(model))
    sums = table.groupby(["head", "query"])["value"].sum()
    assert np.allclose(sums, 1) and len(table["head"].unique()) == 2 * model.model.cell.layers


def test_a_scan_at_the_windows_own_target_is_the_window(model):
    shown = window(model, rtg=0.4)
    table = dtlens.scan(model, shown, rtgs=[-1.0, 0.4])
    rows = table[table["rtg"] == 0.4].set_index(["measure", "name"])["value"]
    expected = dtlens.choices(model, shown).set_index("action")["probability"]
    assert rows["probability"].to_dict() == pytest.approx(expected.to_dict(), abs=1e-6)
    assert rows["contribution"].sum() == pytest.approx(difference(model, shown), abs=1e-4)


def test_a_scan_by_hand():
    """F-R is half the target, and 1.5 of it more where it is above 0 (see `micro_model`)."""
    model = dtlens.HookedDecisionTransformer(micro_model())
    table = dtlens.scan(model, window(model), rtgs=[-1.0, 0.5])
    parts = table[table["measure"] == "contribution"].pivot_table("value", "rtg", "name")
    assert parts["L0H0"].tolist() == pytest.approx([-0.5, 0.25], abs=1e-6)
    assert parts["L0MLP"].tolist() == pytest.approx([0, 0.75], abs=1e-6)


def test_a_timeline_has_each_steps_parts(model):
    game = Game.played(3, None, 2, "RLLRLRLLR")
    table = dtlens.timeline(model, game, 0.4)
    context = model.model.cell.context
    for step in (0, 1, 9):
        rows = table[table["step"] == step].set_index("component")
        expected = difference(model, game.window(context, 0.4, step))
        assert rows.loc["whole", "value"] == pytest.approx(expected, abs=1e-4)
    done = table[table["component"] == "whole"]["action"].tolist()
    assert done == [dict(R="right", L="left")[letter] for letter in "RLLRLRLLR"] + [""]


def test_a_policy_field_is_the_policy_in_each_place(model):
    world = World((2, 2), 0, ((3, 3, "blue"),))
    table = dtlens.policy_field(model, *world.everywhere(), rtg=-0.3, t=7)
    row = table[(table["x"] == 2) & (table["y"] == 2) & (table["direction"] == 0)]
    expected = dtlens.choices(model, dtlens.window(world.view(), -0.3, t=7))["probability"]
    assert row[["left", "right", "forward"]].to_numpy()[0] == pytest.approx(
        expected.to_numpy(), abs=1e-5
    )


def test_gradients_sum_to_the_difference(model):
    clean, corrupted = window(model, 0.9), window(model, -0.5)
    table = dtlens.integrated_gradients(model, clean, corrupted)
    expected = difference(model, clean) - difference(model, corrupted)
    assert table["value"].sum() == pytest.approx(expected, abs=0.05 * max(1, abs(expected)))


def test_patching_everything_that_a_one_layer_model_has_is_the_whole():
    """Of a model of one layer, each output of its heads goes one way: straight, or by the MLP."""
    model = dtlens.HookedDecisionTransformer(micro_model())
    clean, corrupted = window(model, 0.5), window(model, -1.0)
    patched = dtlens.patch_one(model, clean, corrupted).set_index(["component", "part"])
    # F-R: 1 at target return 0.5, -0.5 at target return -1; head 0 carries the target, the MLP 0.75
    # of it.
    assert patched.loc[("L0H0", "output"), "value"] == pytest.approx(1.5, abs=1e-5)
    assert patched.loc[("L0H0", "output"), "share"] == pytest.approx(1, abs=1e-5)
    assert patched.loc[("L0MLP", "output"), "value"] == pytest.approx(0.75, abs=1e-5)
    assert patched.loc[("L0H1", "output"), "value"] == pytest.approx(0, abs=1e-6)
    paths = dtlens.patch_paths_one(model, clean, corrupted).set_index(["sender", "receiver"])
    assert paths.loc[("L0H0", "logits"), "value"] == pytest.approx(0.75, abs=1e-5)
    assert paths.loc[("L0H0", "L0MLP"), "value"] == pytest.approx(0.75, abs=1e-5)


def test_patching_every_token_gives_the_clean_run(model):
    if not model.model.cell.layers:
        with pytest.raises(UserError, match="no layers"):
            dtlens.patch_one(model, window(model), window(model))
        return
    clean, corrupted = window(model, 0.9), window(model, -0.5)  # they differ in targets alone
    if model.model.cell.context == 1:
        table = dtlens.patch_one(model, clean, corrupted).set_index(["component", "part"])
        (token,) = [name for name, part in table.index if part == "token" and "RTG" in name]
        assert table.loc[(token, "token"), "share"] == pytest.approx(1, abs=1e-3)


def test_what_cannot_be_asked_is_named(model):
    shown = window(model)
    with pytest.raises(UserError, match="action: 'jump'"):
        dtlens.contributions(model, shown, "jump")
    two = dtlens.Shown(*(torch.cat([column] * 2) for column in shown))
    if model.model.cell.layers:
        with pytest.raises(UserError, match="one and one"):
            dtlens.patch_one(model, two, two)
    later = shown._replace(time=shown.time + 1)
    with pytest.raises(UserError, match="differ in time"):
        dtlens.integrated_gradients(model, shown, later)
    with pytest.raises(UserError, match="weights: 'all'"):
        dtlens.weights(model, "all")


def test_the_weights_tables_are_the_analyses(model):
    assert len(dtlens.weights(model, "embedding_maps"))
    assert len(dtlens.weights(model, "composition")) == 0 or model.model.cell.layers


def test_means_over_the_bank_are_the_pipelines_table(monkeypatch):
    monkeypatch.chdir(ROOT)
    name = "1L-128d-2h-1k-index-ours-r1-ours-s1"
    file = ROOT / f"results/attribution/{name}.csv"
    if not (file.exists() and (ROOT / f"data/dt/{name}.safetensors").exists()):
        pytest.skip("the pipeline's data is not here: `./run dvc pull`")
    bank = dtlens.bank(0.9)
    parts = dtlens.contributions(dtlens.load(name), bank)
    summed = parts.pivot_table("value", "window", "component", "sum")
    mean = summed[bank.fronts == "obstacle"].mean()
    table = pd.read_csv(file)
    table = table[(table["rtg"] == 0.9) & (table["front"] == "obstacle")]
    expected = table.set_index("component")["value"].drop("whole")
    assert mean[expected.index].to_numpy() == pytest.approx(expected.to_numpy(), abs=2e-3)
