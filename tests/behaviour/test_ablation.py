import pytest
import torch

from dtlens.base.errors import UserError
from dtlens.behaviour.ablation import ablate, ablated, on_policy_windows
from dtlens.behaviour.refusals import behaviours
from dtlens.lens.components import components
from dtlens.lens.hooked_model import HookedDecisionTransformer
from models import random_model


def test_components_have_the_names_of_heads_and_mlps():
    cell = random_model(2, 1).cell
    names = ["L0H0", "L0H1", "L0MLP", "L1H0", "L1H1", "L1MLP"]
    assert [component.name for component in components(cell)] == names


@pytest.mark.parametrize("reference", ["zero", "mean", "resample"])
@pytest.mark.parametrize("index", [0, 1, 2])
def test_an_ablated_model_is_one_with_other_weights(scenes, model, reference, index):
    """In one layer the state token's output decides: zeroing head h is zeroing its rows of W_O,
    and a constant in its place moves only the bias."""
    windows = scenes.windows(0.9)
    hooked = HookedDecisionTransformer(model)
    component = components(model.cell)[index]
    drawn = torch.Generator().manual_seed(1)
    value = torch.randn(1, 2, 16 if component.head is None else 8, generator=drawn)
    with torch.no_grad(), ablated(hooked, component, reference, {2: value}, seed=1) as edited:
        logits = edited(windows)
    constant = torch.zeros_like(value) if reference == "zero" else value
    block = model.blocks[0]
    with torch.no_grad():
        if component.head is None:
            block.W_out.zero_()
            block.b_out.copy_(constant[0, 1])
        else:
            rows = slice(8 * component.head, 8 * component.head + 8)
            block.b_O += constant[0, 1] @ block.W_O[rows]
            block.W_O[rows] = 0
        torch.testing.assert_close(logits, model(windows), atol=1e-5, rtol=1e-4)


def test_mean_and_resample_take_what_they_say(scenes, model):
    """Activations 1 and 3: their mean is 2 everywhere, a resample is 1 or 3 for whole windows."""
    windows = scenes.windows(0.9)
    hooked = HookedDecisionTransformer(model)
    component = components(model.cell)[1]
    known = {2: torch.tensor([1.0, 3.0])[:, None, None].expand(2, 2, 8)}
    seen = {}
    for reference in ("mean", "resample"):
        with torch.no_grad(), ablated(hooked, component, reference, known, seed=1) as edited:
            seen[reference] = edited.run_with_cache(windows)[1]["blocks.0.attn.hook_z"][:, :, 1]
    assert (seen["mean"] == 2).all()
    assert set(seen["resample"].unique().tolist()) == {1, 3}
    assert (seen["resample"] == seen["resample"][:, :1, :1]).all()


def test_hooks_end_with_the_block(scenes, model):
    windows = scenes.windows(0.9)
    hooked = HookedDecisionTransformer(model)
    with torch.no_grad():
        before = hooked(windows)
        with ablated(hooked, components(model.cell)[0], "zero", {2: torch.zeros(1, 2, 8)}, 1):
            assert not torch.equal(hooked(windows), before)
        assert torch.equal(hooked(windows), before)


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

    class Walker(torch.nn.Module):
        cell = random_model(0, 12).cell

        def forward(self, windows, last):
            forward = -windows.rtg[:, -1:]
            return torch.stack([torch.zeros_like(forward)] * 2 + [forward], -1)

    chosen = on_policy_windows(Walker(), settings, environment)
    assert sorted(chosen) == list(range(1, 13))
    assert len(chosen[1].rtg) == 2 * 20
    assert chosen[12].rtg.unique().tolist() == pytest.approx([0.9])


def test_an_edit_that_outlasts_the_whole_model_is_refused(scenes, model):
    hooked = HookedDecisionTransformer(model)
    known, windows = {5: torch.zeros(1, 5, 8)}, scenes.windows(0.9)
    with (
        ablated(hooked, components(model.cell)[0], "mean", known, seed=1) as edited,
        pytest.raises(UserError, match="L0H0 ablated: sees 1 timesteps"),
    ):
        edited(windows)


@pytest.mark.parametrize(("layers", "context"), [(0, 1), (1, 3)])
def test_table_has_every_component_reference_and_target(
    scenes, settings, environment, layers, context
):
    model = random_model(layers, context)
    seen = ({rtg: scenes.windows(rtg) for rtg in settings.rtg}, scenes.fronts)
    whole = behaviours(model, context, *seen, settings, environment)
    table = ablate(HookedDecisionTransformer(model), whole, *seen, settings, environment)
    edits = table.groupby(["component", "reference"]).size()
    assert len(edits) == 1 + 3 * 3 * layers
    assert (edits == 2 * (5 + 4)).all()
