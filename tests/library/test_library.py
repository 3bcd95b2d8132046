"""The public face: what it costs, what it gives, and what it refuses by name."""

import subprocess
import sys

import jaxtyping
import matplotlib
import numpy as np
import pandas as pd
import pytest
import torch

import dtlens
from dtlens.analysis.circuits.attribution import contributions
from dtlens.base.errors import UserError
from dtlens.env.dynamic_obstacles import FRONTS, OBSTACLES
from dtlens.library import experiments, showing
from dtlens.model.transformer import Windows, save_checkpoint
from dtlens.play.calibration import calibrate
from models import micro_model, random_model
from small_params import write_small_params


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A folder with small settings; we work in one below it."""
    write_small_params(tmp_path)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    return tmp_path


@pytest.fixture
def hooked(model):
    return dtlens.HookedDecisionTransformer(model)


def test_importing_costs_nothing():
    """No package is loaded: a stage does not declare the package's own names as something that it
    depends on."""
    code = "import sys, dtlens; print({'torch', 'numpy', 'pandas', 'pydantic'} & set(sys.modules));"
    code += "print([name for name in sys.modules if name.startswith('dtlens')])"
    heavy, own = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert heavy == "set()" and own == "['dtlens']"


def test_every_name_is_there_and_nothing_else():
    assert dir(dtlens) == sorted(dtlens.__all__)
    for name in dtlens.__all__:
        assert getattr(dtlens, name).__name__ == name  # nor a package of that name in its place
    with pytest.raises(AttributeError, match="no attribute 'lode'"):
        dtlens.lode  # noqa: B018


def test_a_model_has_a_name_or_a_path(here, model):
    name = "1L-16d-2h-1k-one_hot-ours-r1-ours-s1"
    with pytest.raises(UserError, match=rf"{name}: not in .*; `dvc pull data/dt/{name}"):
        dtlens.load(name)
    save_checkpoint(here / f"data/dt/{name}.safetensors", model)
    assert torch.equal(dtlens.load(name).model.W_U, model.W_U)
    assert torch.equal(dtlens.load(f"../data/dt/{name}.safetensors").model.W_U, model.W_U)
    with pytest.raises(UserError, match="none: cannot be read: No such file"):
        dtlens.load("none")


def test_a_model_is_used_as_those_of_transformer_lens(hooked):
    scene = dtlens.scene("wall", rtg=0.5)
    logits, cache = hooked.run_with_cache(scene)
    assert logits.shape == (1, 1, 3) and cache["blocks.0.attn.hook_z"].shape == (1, 2, 2, 8)
    assert (hooked.cfg.n_layers, hooked.cfg.d_model, hooked.cfg.n_heads) == (1, 16, 2)
    assert hooked.W_Q.shape == (1, 2, 16, 8) and "blocks.0.hook_mlp_out" in hooked.hook_dict
    assert "of 1 layer (2 heads of 8, a ReLU MLP of 32), width 16, no LayerNorm" in repr(hooked)
    assert "sees 1 timestep, each" in repr(hooked) and "980 numbers (one_hot)" in repr(hooked)

    def silence(activation, hook):
        return torch.zeros_like(activation)

    silenced = hooked.run_with_hooks(scene, fwd_hooks=[("blocks.0.hook_mlp_out", silence)])
    assert not torch.allclose(silenced, logits)
    assert torch.equal(hooked(scene), logits)  # the hook is gone
    hooked.add_hook("blocks.0.hook_mlp_out", silence)
    assert torch.equal(hooked(scene), silenced)
    hooked.reset_hooks()
    with pytest.raises(AttributeError, match="nothing_of_that_name"):
        hooked.nothing_of_that_name  # noqa: B018


def test_tokens_are_labelled(hooked):
    scene = dtlens.scene("goal_from_left", rtg=-0.25, t=7)
    assert hooked.to_str_tokens(scene) == ["RTG -0.25", "goal_from_left in front, t = 7"]
    views = torch.cat([scene.observation[0], dtlens.scene("wall").observation[0]])
    labels = hooked.to_str_tokens(dtlens.window(views, 0.9, action=[2]))
    assert labels[1:3] == ["goal_from_left in front, t = 9", "forward"]
    assert labels[3:] == ["RTG 0.9", "wall in front, t = 10"]
    two = dtlens.bank(per_front=1).select(slice(2))
    assert [labels[0] for labels in hooked.to_str_tokens(two)] == ["RTG 0.9"] * 2


@pytest.mark.parametrize("front", FRONTS)
def test_a_placed_scene_has_in_front_what_was_asked_for(front):
    seen = [dtlens.scene(front, seed=seed) for seed in range(5)]
    assert {str(scene.fronts[0]) for scene in seen} == {front}
    assert len({str(scene) for scene in seen}) > 1
    assert str(dtlens.scene(front, seed=3)) == str(seen[3])
    assert showing.BALLS == OBSTACLES


def test_ones_own_placement_is_what_the_agent_sees():
    """At (3, 3), facing right: a ball one cell ahead and one to its right, the goal out of view."""
    scene = dtlens.scene(agent=(3, 3), balls=[(4, 3), (3, 4)], rtg=-1, t=3)
    picture = str(scene).splitlines()
    assert picture[0] == "RTG -1, t = 3"
    assert picture[6][6] == "o" and picture[7][6] == "^" and picture[7][8] == "o"
    assert str(scene).count("o") == 2 and scene.fronts.tolist() == ["obstacle"]
    assert dtlens.scene(agent=(5, 6), balls=[]).fronts.tolist() == ["goal_from_left"]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"front": "lava"}, "front: 'lava' is none of empty, wall, obstacle, goal_from_top"),
        ({}, "front: None is none of"),
        ({"front": "wall", "agent": (1, 1)}, "front: where the agent stands says"),
        ({"agent": (7, 1)}, r"agent: cannot stand at \(7, 1\)"),
        ({"agent": (6, 6)}, r"agent: cannot stand at \(6, 6\)"),
        ({"agent": (1, 1), "direction": 4}, "facing 4"),
        ({"agent": (1, 1), "balls": [(2, 2), (1, 1)]}, r"balls: \(1, 1\) is the agent's"),
        ({"agent": (1, 1), "balls": [(6, 6)]}, r"balls: \(6, 6\)"),
    ],
)
def test_a_scene_that_cannot_be_is_refused_by_name(wrong, named):
    with pytest.raises(UserError, match=named):
        dtlens.scene(**wrong)


VIEW = np.ones((7, 7, 3), np.uint8)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"observation": VIEW[:5]}, r"observation: the shape is \[1, 5, 7, 3\]"),
        ({"observation": VIEW * 11}, r"observation: .* end at \[10, 5, 2\]"),
        ({"observation": VIEW / 2}, "observation: holds"),
        ({"observation": np.stack([VIEW] * 3)}, "action: 3 timesteps have 2 actions between them"),
        ({"observation": np.stack([VIEW] * 2), "action": [3]}, "each 0, 1 or 2"),
        ({"observation": np.stack([VIEW] * 2), "action": [2], "t": 0}, "t: the last of 2"),
    ],
)
def test_a_window_that_cannot_be_is_refused_by_name(wrong, named):
    with pytest.raises(UserError, match=named):
        dtlens.window(**{"rtg": 0.9, **wrong})


def test_what_a_model_cannot_see_is_refused_by_name(hooked, monkeypatch):
    three = dtlens.window(np.stack([VIEW] * 3), 0.9, action=[0, 1])
    assert three.time.tolist() == [[8, 9, 10]] and three.action.tolist() == [[0, 1, 0]]
    with pytest.raises(UserError, match="this model sees 1 timestep, 3 were given"):
        hooked(three)
    with pytest.raises(UserError, match="knows the timesteps 0 to 29, t = 30 was given"):
        hooked.run_with_cache(dtlens.scene("wall", t=30))
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)  # as for who only uses it
    with pytest.raises(UserError, match="this model sees windows, not a Tensor"):
        hooked(torch.zeros(1, 2, 16))


def test_the_bank_is_the_pipelines():
    bank = dtlens.bank(rtg=-0.5)
    fronts, counts = np.unique(bank.fronts, return_counts=True)
    assert set(fronts) == set(FRONTS) and len(set(counts)) == 1
    assert (bank.rtg == -0.5).all()
    few = dtlens.bank(per_front=2)
    assert few.rtg.shape == (10, 1) and repr(few).startswith("10 windows, steps: 1; in front: 2 ")
    with pytest.raises(UserError, match="per_front: the bank has"):
        dtlens.bank(per_front=10**6)


def test_ablation_takes_a_head_away(hooked):
    """Head 1 of the random model, by zero: its z is 0."""
    windows = dtlens.bank(per_front=4)

    def silence(z, hook):
        z[:, :, 1] = 0
        return z

    with torch.no_grad():
        expected = hooked.run_with_hooks(windows, [("blocks.0.attn.hook_z", silence)])
        without = dtlens.ablate(hooked, "L0H1", reference="zero", states=windows)
        torch.testing.assert_close(without(windows), expected, atol=1e-5, rtol=1e-4)
    with pytest.raises(UserError, match="L0H5: this model has L0H0, L0H1, L0MLP"):
        dtlens.ablate(hooked, "L0H5")
    with pytest.raises(UserError, match="reference: 'median' is none of zero, mean, resample"):
        dtlens.ablate(hooked, "L0H1", reference="median")


def test_what_takes_a_heads_place_comes_from_play_by_default(hooked):
    without = dtlens.ablate(hooked, "L0MLP", "L0H0")
    assert without.names == ["L0H0", "L0MLP"] and set(without.pools) == {1}
    table = dtlens.rollouts(without, rtg=[-1, 0.9], episodes=3)
    assert table["rtg"].tolist() == [-1] * 3 + [0.9] * 3


def test_probabilities_of_several_policies(hooked):
    windows = dtlens.bank(rtg=0.9, per_front=4)
    without = dtlens.ablate(hooked, "L0H0", states=windows)
    table = dtlens.probabilities({"whole": hooked, "less": without}, windows)
    assert (table.groupby("policy").size() == 5).all() and (table["n"] == 4).all()
    for name, policy in (("whole", hooked), ("less", without)):
        forward = policy(windows)[:, -1].softmax(-1)[:, 2]
        for front in FRONTS:
            expected = forward[windows.fronts == front].mean().item()
            row = table[(table["policy"] == name) & (table["front"] == front)]
            assert row["value"].item() == pytest.approx(expected, abs=1e-6)


def test_calibration_is_the_pipelines(hooked):
    with experiments.in_project():
        settings, environment = experiments.played(hooked.model)
    expected = calibrate(hooked.model, 1, settings, 4, environment)
    table = dtlens.calibrate(hooked, episodes=4)
    assert table.equals(expected)


def test_hooks_are_there_in_play(hooked):
    """With left 1000 logits up no episode moves."""

    def left(logits, hook):
        return logits + torch.tensor([1000.0, 0, 0])

    hooked.add_hook("unembed.hook_out", left)
    assert set(dtlens.rollouts(hooked, episodes=4)["outcome"]) == {"time_out"}


def test_attribution_adds_up(hooked):
    windows = dtlens.bank(rtg=-1, per_front=4)
    table = dtlens.attribute(hooked, windows)
    expected = sum(contributions(hooked, windows).values())[windows.fronts == "empty"].mean()
    row = table[(table["front"] == "empty") & (table["component"] == "whole")]
    assert row["value"].item() == pytest.approx(expected.item(), abs=1e-4)
    assert row["rtg"].item() == -1
    both = Windows(*map(torch.cat, zip(windows, dtlens.bank(0.5, 4), strict=True)))
    assert set(dtlens.attribute(hooked, both)["rtg"]) == {-1, 0.5}


def test_patching_of_ones_own_pair():
    """In the model worked out by hand the RTG token carries all, and the MLP three quarters of it
    by way of head 0: see `models.micro_model`."""
    hooked = dtlens.HookedDecisionTransformer(micro_model())
    clean, corrupted = dtlens.scene("wall", rtg=1), dtlens.scene("wall", rtg=0)
    table = dtlens.patch(hooked, clean, corrupted)
    table = table[table["measure"] == "logit_difference"].set_index(["component", "part"])
    assert table.loc[("RTG token", "token"), "value"] == pytest.approx(1)
    assert table.loc[("state token", "token"), "value"] == pytest.approx(0)
    assert table.loc[("L0H0", "output"), "value"] == pytest.approx(1)
    assert table.loc[("L0MLP", "output"), "value"] == pytest.approx(0.75)
    assert table["effect"].iloc[0] == pytest.approx(2) and set(table["front"]) == {"wall"}


def test_patching_needs_pairs_and_layers(hooked):
    with pytest.raises(UserError, match="patch: pairs are of 1 timestep, in the same rows"):
        dtlens.patch(hooked, dtlens.scene("wall"), dtlens.bank(per_front=1))
    none = dtlens.HookedDecisionTransformer(random_model(0, 1))
    with pytest.raises(UserError, match="patch: this model has no layers"):
        dtlens.patch(none, dtlens.scene("wall"), dtlens.scene("empty"))


def axes():
    return matplotlib.figure.Figure().subplots()


def test_every_table_can_be_drawn(hooked):
    windows = dtlens.bank(per_front=2)
    panel = dtlens.draw(dtlens.probabilities({"a": hooked, "b": hooked}, windows), axes())
    assert [text.get_text() for text in panel.get_legend().get_texts()] == ["a", "b"]
    assert panel.get_xticklabels()[0].get_text() == "empty"
    assert panel.get_ylabel() == "P(forward)"
    parts = dtlens.draw(dtlens.attribute(hooked, windows), axes())
    assert "L0MLP" in [text.get_text() for text in parts.get_legend().get_texts()]
    pair = dtlens.patch(hooked, windows, dtlens.bank(rtg=-1, per_front=2))
    shares = dtlens.draw(pair, axes())
    assert shares.get_xticklabels()[0].get_text() == "RTG token"
    assert dtlens.draw(dtlens.calibrate(hooked, 2), axes()).get_ylabel() == "mean return"


def test_what_cannot_be_drawn_is_refused(hooked):
    table = dtlens.attribute(hooked, dtlens.bank(per_front=2))
    both = dtlens.attribute(hooked, dtlens.bank(rtg=-1, per_front=2))
    with pytest.raises(UserError, match=r"draw: the table has the rewards-to-go 0\.9, -1; choose"):
        dtlens.draw(pd.concat([table, both]), axes())
    with pytest.raises(UserError, match="draw: no table of dtlens has the columns rtg, outcome"):
        dtlens.draw(dtlens.rollouts(hooked, episodes=2), axes())


def test_play_is_on_one_thread_and_leaves_the_callers_as_they_were():
    before = torch.get_num_threads()
    seen = []

    def note(activation, hook):
        seen.append(torch.get_num_threads())

    model = random_model(1, 1, "index")
    hooked = dtlens.HookedDecisionTransformer(model)
    torch.set_num_threads(2)
    try:
        with hooked.hooks([("blocks.0.hook_mlp_out", note)]):
            dtlens.rollouts(hooked, episodes=2)
        assert set(seen) == {1} and torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
