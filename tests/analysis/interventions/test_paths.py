import numpy as np
import pandas as pd
import pytest
import torch

from dtlens.analysis.interventions.patching import patch
from dtlens.analysis.interventions.paths import (
    cut_attention,
    mean_changes,
    patch_paths,
    path_patch,
    write_changes,
)
from dtlens.analysis.lens.hooked_model import HookedDecisionTransformer
from dtlens.analysis.scenes.pairs import make_pairs
from dtlens.env.minigrid import Action
from models import micro_model, random_model, with_null

RTGS = [-1.0, 0.0, 0.9]


def test_paths_by_hand(scenes):
    """From -1 to 0.9 the head writes 0.95 more; the neuron was off, and now writes 1.35. From 0.9
    to -1 it writes 0.95 less, and the neuron stops. Of both, 1.35 / 2.3 goes through the MLP."""
    table = patch_paths(with_null(micro_model()), make_pairs(scenes, RTGS, 5, 1), 1)
    table = table[
        (table["weights"] == "trained")
        & (table["pair"] == "rtg")
        & (table["measure"] == "logit_difference")
        & (table["component"] == "L0H0")
        & (table["front"] == "empty")
    ]
    for rtg, sign in ((0.9, 1), (-1.0, -1)):
        rows = table[table["rtg"] == rtg].set_index("path")
        expected = {"all": 2.3, "direct": 0.95, "L0MLP": 1.35, "rest": 0}
        changes = {path: sign * change for path, change in expected.items()}
        assert rows["value"].to_dict() == pytest.approx(changes, abs=1e-6)
        for end in ("through_mlp_low", "through_mlp", "through_mlp_high"):
            assert rows.loc["L0MLP", end] == pytest.approx(1.35 / 2.3)
            assert rows[end].drop("L0MLP").isna().all()


@pytest.mark.parametrize(
    ("direct", "mlp", "through"),
    [
        (1, 3, 0.75),  # the same way, and more
        (-1, -3, 0.75),
        (3, 1, 0.25),  # the same way, but less
        (-1, 3, -0.75),  # the opposite way
        (1, -3, -0.75),
        (0, 2, 0),  # no way to take
        (0, 0, np.nan),
    ],
)
def test_what_goes_through_the_mlp_by_hand(direct, mlp, through):
    """Of the means over the pairs, not of each pair."""
    changes = pd.DataFrame(
        {
            (measure, component, path): np.array([value, value], float) + noise
            for measure in ("logit_difference", "probability")
            for component, path, value, noise in [
                ("whole", "all", direct + mlp, 0),
                ("L0H0", "all", direct + mlp, 0),
                ("L0H0", "direct", direct, 0),
                ("L0H0", "L0MLP", mlp, np.array([-mlp, mlp])),
                ("L0H0", "rest", 0, 0),
            ]
        }
    ).rename_axis(columns=["measure", "component", "path"])
    front = pd.Series(["wall", "wall"])
    table = mean_changes(changes, front, np.random.default_rng(0)).set_index(["measure", "path"])
    row = table.loc[("logit_difference", "L0MLP")]
    assert row["through_mlp"] == pytest.approx(through, nan_ok=True)
    if direct:  # no resample turns the sign
        assert min(abs(row["through_mlp_low"]), abs(row["through_mlp_high"])) == 0
    assert row["effect"] == direct + mlp and row["n"] == 2


def test_it_is_bounded_by_one(scenes):
    table = patch_paths(with_null(random_model(2, 1)), make_pairs(scenes, RTGS, 5, 1), 1)
    table = table[table["measure"] == "logit_difference"]
    at_mlp = table["path"].str.endswith("MLP")
    shares = table.loc[at_mlp, ["through_mlp_low", "through_mlp", "through_mlp_high"]]
    assert shares.abs().max(axis=None) <= 1
    assert table.loc[~at_mlp, shares.columns].isna().all(axis=None)
    assert shares["through_mlp"].min() < 0 < shares["through_mlp"].max()


@pytest.mark.parametrize("kind", [0, -1])
def test_direct_and_mlp_make_up_the_whole_in_one_layer(scenes, model, kind):
    hooked = HookedDecisionTransformer(model.double())
    pairs = make_pairs(scenes, RTGS, 10, 1)[kind]
    paths, patched = path_patch(hooked, pairs.clean, pairs.corrupted), patch(hooked, pairs, 1)
    logits = paths["logit_difference"]
    caches = [hooked.run_with_cache(w)[1] for w in (pairs.clean, pairs.corrupted)]
    written = write_changes(hooked, *caches, 0).detach()
    direction = (model.W_U[:, Action.FORWARD] - model.W_U[:, Action.RIGHT]).detach()
    for head in (0, 1):
        of_head = logits[f"L0H{head}"]
        np.testing.assert_allclose(of_head["rest"], 0, atol=1e-12)
        np.testing.assert_allclose(of_head["direct"], written[:, head] @ direction, atol=1e-12)
        assert of_head["L0MLP"].abs().max() > 1e-3
        for measure in ("logit_difference", "probability"):
            np.testing.assert_allclose(
                paths[measure, f"L0H{head}", "all"],
                patched[measure, f"L0H{head}", "output"],
                atol=1e-5,
            )
    # A softmax is not linear: there, the paths leave a rest.
    assert paths["probability", "L0H0", "rest"].abs().max() > 1e-10


def test_later_layers_are_readers_too_and_later_heads_leave_a_rest(scenes):
    hooked = HookedDecisionTransformer(random_model(2, 3))
    pairs = make_pairs(scenes, RTGS, 10, 1)[0]
    changes = path_patch(hooked, pairs.clean, pairs.corrupted)["logit_difference"]
    assert list(changes["L0H1"]) == ["all", "direct", "L0MLP", "L1MLP", "rest"]
    assert list(changes["L1H0"]) == ["all", "direct", "L1MLP", "rest"]
    assert changes["L0H0", "rest"].abs().max() > 1e-3
    np.testing.assert_allclose(changes["L1H0", "rest"], 0, atol=1e-4)


@pytest.mark.parametrize("encoding", ["index", "one_hot"])
@pytest.mark.parametrize("layers", [0, 1, 2])
def test_the_rtg_reaches_the_action_only_through_attention(scenes, layers, encoding):
    model = random_model(layers, 1, encoding)
    windows = {rtg: scenes.windows(rtg) for rtg in RTGS}
    moved = cut_attention(HookedDecisionTransformer(model), windows).set_index("cut")["moved"]
    assert moved["attention"] <= 1e-6
    # With its value at 0 the token still draws attention away from the state.
    assert (min(moved["whole"], moved["value"]) > 1e-3) == (layers > 0)
    assert model.W_U.dtype == torch.float32


def test_what_a_cut_leaves_by_hand(scenes):
    """Attention is uniform whatever the rtg: without the token's value nothing moves."""
    windows = {rtg: scenes.windows(rtg) for rtg in RTGS}
    moved = cut_attention(HookedDecisionTransformer(micro_model()), windows).set_index("cut")[
        "moved"
    ]
    assert moved.to_dict() == pytest.approx({"whole": 2.3, "value": 0, "attention": 0})


def test_a_model_without_layers_has_no_paths(scenes):
    assert patch_paths(with_null(random_model(0, 1)), make_pairs(scenes, RTGS, 5, 1), 1).empty
