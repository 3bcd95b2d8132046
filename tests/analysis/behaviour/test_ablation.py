import pytest
import torch

from dtlens.analysis.behaviour.ablation import Ablated, on_policy_windows, reference_pools, subsets
from dtlens.analysis.lens.components import components
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.base.errors import UserError
from dtlens.model.transformer import DecisionTransformer, Windows
from models import random_model


def test_subsets_are_all_or_those_that_are_named():
    heads, mlp = ("L0H0", "L0H1"), ("L0MLP",)
    assert subsets(random_model(1, 1).cell) == [
        *(("L0H0",), ("L0H1",), mlp, heads, ("L0H0", *mlp), ("L0H1", *mlp), (*heads, *mlp)),
    ]
    two = subsets(random_model(2, 1).cell)
    names = tuple(component.name for component in components(random_model(2, 1).cell))
    assert names == ("L0H0", "L0H1", "L0MLP", "L1H0", "L1H1", "L1MLP")
    assert two == [*((name,) for name in names), heads, ("L1H0", "L1H1"), names]
    assert subsets(random_model(0, 1).cell) == []


@pytest.mark.parametrize("names", [["L0H0"], ["L0H1"], ["L0MLP"], ["L0H1", "L0MLP"]])
def test_an_ablated_model_is_one_with_other_weights(scenes, model, names):
    """In one layer the state token's output decides: a constant in place of a head is its rows of
    W_O zeroed and a bias moved."""
    windows = scenes.windows(0.9)
    drawn = torch.Generator().manual_seed(1)
    sizes = {name: 16 if name == "L0MLP" else 8 for name in names}
    pool = {name: torch.randn(1, 1, size, generator=drawn) for name, size in sizes.items()}
    logits = Ablated(model, names, {1: pool}, seed=1)(windows)
    block = model.blocks[0]
    with torch.no_grad():
        for name in names:
            if name == "L0MLP":
                block.W_out.zero_()
                block.b_out.copy_(pool[name][0, 0])
            else:
                rows = slice(8 * int(name[-1]), 8 * int(name[-1]) + 8)
                block.b_O += pool[name][0, 0] @ block.W_O[rows]
                block.W_O[rows] = 0
        torch.testing.assert_close(logits, model(windows), atol=1e-5, rtol=1e-4)


def some_windows(count, steps):
    drawn = torch.Generator().manual_seed(count)
    return Windows(
        rtg=torch.rand(count, steps, generator=drawn),
        observation=torch.randint(3, (count, steps, 7, 7, 3), generator=drawn).to(torch.uint8),
        action=torch.randint(3, (count, steps), generator=drawn),
        time=torch.arange(steps).expand(count, -1),
    )


def part_of(component, activation):
    """A view of its part of its hook's activation."""
    return activation if component.head is None else activation[:, :, component.head]


@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize("reference", ["zero", "mean", "resample"])
def test_it_is_what_hooks_do(reference, steps):
    """Several components of two layers, in windows of several steps, set against the hooked model
    whose activations are cached and replaced. The one state to draw from is the same for all."""
    model = random_model(2, 3)
    hooked, windows = HookedDecisionTransformer(model), some_windows(20, steps)
    seen = some_windows(1 if reference == "resample" else 7, steps)
    names = ["L0H1", "L0MLP", "L1H0", "L1MLP"]
    with torch.no_grad():
        cache = hooked.run_with_cache(seen)[1]
        outputs = {c.name: part_of(c, cache[c.hook]) for c in components(model.cell)}
        factor = 0 if reference == "zero" else 1

        def replace(component):
            def hook(activation, hook):
                value = factor * outputs[component.name].mean(0)
                own = part_of(component, activation)
                own.copy_(value.expand_as(own))
                return activation

            return component.hook, hook

        with hooked.hooks([replace(c) for c in components(model.cell) if c.name in names]):
            expected = hooked(windows)[:, -1:]
        pools = reference_pools(model, {steps: seen})[reference]
        torch.testing.assert_close(
            Ablated(model, names, pools, seed=1)(windows), expected, atol=1e-5, rtol=1e-4
        )
        whole = Ablated(model, [], {}, seed=1)(windows)
        torch.testing.assert_close(whole, model(windows, last=True), atol=1e-5, rtol=1e-4)


def test_components_take_the_same_state(scenes, model):
    """Of states 1 and -1: what both write cancels if they are drawn together, and only then."""
    windows, block = scenes.windows(0.9), model.blocks[0]
    with torch.no_grad():
        block.W_O[:8] = -block.W_O[8:]
    states = torch.tensor([1.0, -1.0])[:, None].expand(1, 2, 8)
    both, zero = {"L0H0": states, "L0H1": states}, torch.zeros(1, 1, 8)
    joint = Ablated(model, ["L0H0", "L0H1"], {1: both}, seed=1)(windows)
    nothing = Ablated(model, ["L0H0", "L0H1"], {1: dict.fromkeys(both, zero)}, seed=1)(windows)
    torch.testing.assert_close(joint, nothing, atol=1e-5, rtol=1e-4)
    alone = Ablated(model, ["L0H0"], {1: both}, seed=1)(windows)
    one, other = (Ablated(model, ["L0H0"], {1: {"L0H0": states[:, [i]]}}, 1) for i in (0, 1))
    is_one = torch.isclose(alone, one(windows), atol=1e-5).all(-1)
    is_other = torch.isclose(alone, other(windows), atol=1e-5).all(-1)
    assert (is_one ^ is_other).all() and is_one.any() and is_other.any()


def test_references_take_what_they_say(model):
    pools = reference_pools(model, {1: some_windows(5, 1)})
    drawn = pools["resample"][1]
    assert set(drawn) == {"L0H0", "L0H1", "L0MLP"}
    for name, states in drawn.items():
        assert states.shape == (1, 5, 16 if name == "L0MLP" else 8)
        torch.testing.assert_close(pools["mean"][1][name][:, 0], states.mean(1))
        assert (pools["zero"][1][name] == 0).all()


def test_reference_windows_are_balanced_over_targets_and_whole(settings, environment):
    model = random_model(1, 3)
    chosen = on_policy_windows(model, settings, environment)
    assert set(chosen) <= {1, 2, 3}
    for length, windows in chosen.items():
        assert windows.rtg.shape[1] == length
        values, counts = windows.rtg[:, 0].unique(return_counts=True)
        assert values.tolist() == pytest.approx([-1, 0.9])
        assert counts[0] == counts[1] <= settings.reference_states
        # A window of n < 3 steps begins with its episode; its times are consecutive.
        assert (windows.time.diff(dim=1) == 1).all()
        assert length == 3 or (windows.time[:, 0] == 0).all()


def test_a_target_that_ends_early_has_no_say_in_longer_windows(settings, environment):
    """At 0.9 it turns for ever; at -1 it walks on and never sees 12 timesteps."""

    class Walker(DecisionTransformer):
        def forward(self, windows, last):
            forward = -windows.rtg[:, -1:]
            return torch.stack([torch.zeros_like(forward)] * 2 + [forward], -1)

    chosen = on_policy_windows(Walker(random_model(0, 12).cell, 30), settings, environment)
    assert sorted(chosen) == list(range(1, 13))
    assert len(chosen[1].rtg) == 2 * 20
    assert chosen[12].rtg.unique().tolist() == pytest.approx([0.9])


def test_an_edit_that_outlasts_the_whole_model_sees_the_end_of_its_window():
    model, windows = random_model(1, 5), some_windows(20, 5)
    pools = reference_pools(model, {n: some_windows(7, n) for n in (1, 2)})["mean"]
    answer = Ablated(model, ["L0H1"], pools, seed=1)(windows)
    shown = Windows(*(column[:, 3:] for column in windows))
    assert torch.equal(answer, Ablated(model, ["L0H1"], pools, seed=1)(shown))
    last = Windows(*(column[:, 4:] for column in windows))
    assert not torch.allclose(answer, Ablated(model, ["L0H1"], pools, seed=1)(last))
    whole = Ablated(model, [], {}, seed=1)(windows)
    torch.testing.assert_close(whole, model(windows, last=True), atol=1e-5, rtol=1e-4)


def test_a_length_without_reference_states_is_refused(scenes, model):
    pools = {3: {"L0H0": torch.zeros(1, 1, 8)}}
    with pytest.raises(UserError, match=r"sees 1 timesteps, of which .*; there are of 3"):
        Ablated(model, ["L0H0"], pools, seed=1)(scenes.windows(0.9))
